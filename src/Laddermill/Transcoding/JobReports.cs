using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Laddermill.Ladders;
using Laddermill.Packaging;
using Laddermill.Pricing;
using Laddermill.Processes;
using Laddermill.Verification.Reports;
using Laddermill.Verification.Rules;

namespace Laddermill.Transcoding;

internal static class JobReports
{
    public static JobReport Make(
        JobRequest request,
        string job,
        string revision,
        SourcePlan made,
        long decoded,
        Presentation presentation,
        ImmutableArray<string> warnings,
        Report verification,
        Stopwatches timings,
        Toolchain tools,
        TimeProvider clock
    ) =>
        new(
            job,
            revision,
            request.Source.Address,
            request.Source.Size,
            request.Protocols,
            JsonNode.Parse(Profiles.Canonical(request.Profile))!,
            made.Facts,
            new DecodedReport(
                made.Promise.Frames,
                decoded,
                made.Promise.Declared,
                made.Promise.Found,
                Math.Round(made.Part(decoded), 6)
            ),
            JsonNode.Parse(made.Plan.ToJson())!,
            [.. presentation.Tracks.Select(Describe), .. presentation.Subtitles.Select(Describe)],
            warnings,
            Verdict(verification),
            timings.Seconds,
            tools,
            Sandbox.Tier,
            clock.GetUtcNow()
        )
        {
            Estimate = made.Estimate,
            Actual = Took(presentation, timings, request.Prices),
        };

    private static JobCost Took(Presentation presentation, Stopwatches timings, Prices? prices) =>
        new JobCost(
            timings.CpuSeconds,
            timings.WallSeconds,
            presentation.Tracks.Sum(track => track.Segments.Sum(segment => segment.Bytes))
        ).At(prices);

    private static VerificationReport Verdict(Report report) =>
        new(
            report.Passed ? "pass" : "fail",
            report.Count(RuleClass.Gate, Verification.Reports.Verdict.Pass),
            [
                .. report
                    .Results.Where(result => result.Verdict == Verification.Reports.Verdict.Fail)
                    .Select(result => result.Rule.Id),
            ]
        );

    private static RenditionReport Describe(Track track)
    {
        var video = track as VideoTrack;
        var bytes = track.Segments.Sum(segment => segment.Bytes);
        var seconds = (double)track.Segments.Sum(segment => segment.Duration) / track.Timescale;
        var peak = track.Segments.Max(segment =>
            segment.Bytes * 8.0 * track.Timescale / segment.Duration
        );
        return new RenditionReport(
            track.Name,
            track.Codec,
            video?.Width,
            video?.Height,
            (long)Math.Ceiling(peak),
            (long)Math.Ceiling(bytes * 8 / seconds),
            bytes,
            track.Segments.Length
        )
        {
            Loudness = (track as AudioTrack)?.Loudness,
        };
    }
}
