using Laddermill.Ladders;
using Laddermill.Pricing;

namespace Laddermill.Cli.Commands;

/// <summary>A plan and its reasons, for people.</summary>
internal static class PlanSummary
{
    public static IEnumerable<string> Lines(string source, Plan plan, JobCost? estimate) =>
        [
            Words.Invariant(
                $"{source} with the profile {plan.Profile}: {plan.Duration:0.000} s in {plan.Grid.SegmentCount} segments"
            ),
            .. plan.Video?.Renditions.Select(rendition => Line(plan.Video, rendition)) ?? [],
            .. plan.Audio.Select(Line),
            .. (plan.Transport ?? []).Select(Line),
            .. plan.Subtitles.Select(Line),
            .. estimate is null ? [] : (string[])[CostWords.Foretold(estimate)],
            "Why:",
            .. plan.Decisions.Select(decision => $"  {decision.Subject}: {decision.Reason}"),
        ];

    private static string Line(VideoPlan video, VideoRendition rendition)
    {
        var rate = Words.Rate(rendition.MaxBitrate);
        var control =
            rendition.Copied is { } copied
                ? $"the source's own stream, at most {Words.Rate(copied.PeakBitrate)}"
            : video.RateControl == RateControl.Constant ? $"{rate} all the time"
            : Words.Invariant($"at most {rate}, quality {rendition.Crf}");
        var frames = Words.Invariant($"{video.FrameRate.ToDouble():0.###} frames/s");
        return $"  {rendition.Name}: {rendition.Width}x{rendition.Height}, {frames}, {control}";
    }

    private static string Line(TransportRendition rendition) =>
        $"  {rendition.Name}: MPEG-TS of {string.Join(" and ", new[] { rendition.Video, rendition.Audio }.OfType<string>())}";

    private static string Line(SubtitleRendition rendition) =>
        $"  {rendition.Name}: WebVTT, \"{rendition.Label}\"{(rendition.IsDefault ? ", default" : "")}";

    private static string Line(AudioRendition rendition) =>
        Words.Invariant(
            $"  {rendition.Name}: {rendition.Channels} channels, {rendition.SampleRate} Hz, {Words.Rate(rendition.Bitrate)}, \"{rendition.Label}\"{(rendition.IsDefault ? ", default" : "")}"
        );
}
