using System.Globalization;
using Laddermill.Ladders;
using Laddermill.Server.Console.Shell;

namespace Laddermill.Server.Console.Profiles;

/// <summary>What a profile makes, in words.</summary>
internal static class ProfileWords
{
    public static IEnumerable<(string Subject, string Words)> Of(Profile profile)
    {
        yield return ("Pictures", Pictures(profile.Video));
        yield return ("Segments", Segments(profile.Segments));
        yield return ("Sound", Sound(profile.Audio));
        yield return ("Subtitles", Subtitles(profile.Subtitles));
        yield return (
            "Thumbnail",
            $"{Number(profile.Thumbnail.AtSeconds)} s into the film, at most {profile.Thumbnail.MaxWidth} × {profile.Thumbnail.MaxHeight}"
        );
        yield return (
            "Damaged sources",
            profile.Source.LeastDecoded <= 0
                ? "whatever can be decoded is published"
                : $"refused when less than {Number(profile.Source.LeastDecoded * 100)} % can be decoded"
        );
        if (profile.MaxCost > 0)
        {
            yield return (
                "Cost",
                $"refused when it would cost more than {Number(profile.MaxCost)} by the estimate"
            );
        }
    }

    private static string Pictures(VideoSettings video) =>
        $"H.264 with {List(video.Rungs.Select(rung => $"{rung.Name} ({Say.Rate(rung.MaxBitrate)})"))}, "
        + (
            video.RateControl == RateControl.Constant
                ? "at these rates all the time"
                : "of constant quality below these rates"
        )
        + (
            video.Passthrough == Passthrough.Auto
                ? "; the source's own stream as the best where players can take it"
                : ""
        )
        + (
            video.HevcPassthrough == Passthrough.Auto
                ? "; a source's own HEVC beside them where players can take it"
                : ""
        )
        + (video.PerTitle ? "; fitted to each film by samples of it" : "")
        + $"; {video.MinFrameRate} to {video.MaxFrameRate} frames/s; never larger than the source";

    private static string Segments(SegmentSettings segments) =>
        $"{Number(segments.GopSeconds * segments.GopsPerSegment)} s, a key frame every {Number(segments.GopSeconds)} s"
        + (segments.Progressive ? "; plays while it is made" : "; plays when all is made")
        + (segments.TransportStream ? "; MPEG-TS for old devices too" : "");

    private static string Sound(AudioSettings audio) =>
        $"AAC {(audio.Channels == 1 ? "mono" : "stereo")} at {Say.Rate(audio.Bitrate)}, {Number(audio.SampleRate / 1000.0)} kHz"
        + (
            audio.Surround == "none"
                ? ""
                : $"; {audio.Surround} at {Say.Rate(audio.SurroundBitrate)} beside it where the source has it"
        )
        + (
            audio.Loudness.Mode == "off"
                ? "; as loud as the source"
                : $"; brought to {Number(audio.Loudness.Target)} LUFS, peaks below {Number(audio.Loudness.Peak)} dBTP"
        );

    private static string Subtitles(SubtitleSettings subtitles) =>
        subtitles.Tracks == "none" ? "none"
        : subtitles.Languages.IsEmpty ? "every track of text, as WebVTT"
        : $"tracks of text in {List(subtitles.Languages)}, as WebVTT";

    private static string Number(double number) =>
        number.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary><c>a, b and c</c>.</summary>
    private static string List(IEnumerable<string> items)
    {
        string[] all = [.. items];
        return all.Length < 2
            ? string.Concat(all)
            : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
