using System.Collections.Immutable;
using System.Xml.Linq;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>Whether the time lines of the manifest are those of the media.</summary>
internal static class DashTimelineRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "dash.timeline",
            "DASH-IF TIMING 22; ISO/IEC 23009-1 §5.3.9.6",
            "A time line has no gap and no overlap, covers its Period from start to end and goes no further, and uses no @n.",
            Timeline
        ),
        Rule.Gate(
            "dash.timeline-exact",
            "DASH-IF TIMING 22 (no inaccuracy allowed)",
            "S@t and S@d are decode time and duration of each segment, to the tick.",
            TimelineExact
        ),
        Rule.Advice(
            "dash.timescale",
            "DASH-IF TIMING 4",
            RuleLevel.Should,
            "@timescale is the track's own time scale.",
            Timescale
        ),
    ];

    private static void Timeline(Output output, Sheet sheet)
    {
        foreach (var period in output.Manifest?.Periods ?? [])
        {
            foreach (var each in period.Sets.SelectMany(set => set.Representations))
            {
                if (each.Template is { HasTimeline: true } template && !each.Segments.IsEmpty)
                {
                    LookAlong(sheet, each, template, period, LongestSample(output, each));
                }
            }
        }
        foreach (var row in Rows(output))
        {
            var isRight = row.Attribute("n") is null && row.Attribute("eptDelta") is null;
            sheet.Expect(isRight, output.Manifest!.Path, $"S@n or S@eptDelta");
        }
    }

    private static void LookAlong(
        Sheet sheet,
        Representation representation,
        SegmentTemplate template,
        Period period,
        double slack
    )
    {
        var next = template.Offset;
        foreach (var entry in representation.Segments)
        {
            sheet.Expect(
                entry.Start == next && entry.Duration > 0,
                representation.Where,
                $"a segment of {entry.Duration} at {entry.Start} where {next} was due"
            );
            next = entry.Start + entry.Duration;
        }
        if (period.Duration is not { } duration)
        {
            return;
        }
        var end = (double)(next - template.Offset) / template.Timescale;
        var last =
            (double)(representation.Segments[^1].Start - template.Offset) / template.Timescale;
        sheet.Expect(
            end >= duration - slack - 0.001 && last < duration,
            representation.Where,
            $"ends at {end:0.######} s, the Period at {duration:0.######} s"
        );
    }

    private static double LongestSample(Output output, Representation representation) =>
        output
            .DashTracks.FirstOrDefault(track => track.Representation == representation)
            ?.Rendition?.LongestSample
        ?? 0.1;

    private static IEnumerable<XElement> Rows(Output output) =>
        output.Manifest?.Root?.Descendants(Manifest.Namespace + "S") ?? [];

    private static void TimelineExact(Output output, Sheet sheet)
    {
        foreach (var (representation, rendition) in output.DashTracks)
        {
            if (rendition is null || representation.Template is not { HasTimeline: true } template)
            {
                continue;
            }
            var (ours, theirs) = ((Int128)rendition.Timescale, (Int128)template.Timescale);
            foreach (var (entry, segment) in representation.Segments.Zip(rendition.Segments))
            {
                sheet.Expect(
                    entry.Start * ours == segment.Start * theirs
                        && entry.Duration * ours == segment.Duration * theirs,
                    $"{representation.Where}, {segment.Path}",
                    $"{entry.Start}+{entry.Duration} of 1/{template.Timescale} s, the segment has {segment.Start}+{segment.Duration} of 1/{rendition.Timescale} s"
                );
            }
        }
    }

    private static void Timescale(Output output, Sheet sheet)
    {
        foreach (var (representation, rendition) in output.DashTracks)
        {
            if (rendition is not null && representation.Template is { } template)
            {
                sheet.Expect(
                    template.Timescale == rendition.Timescale,
                    representation.Where,
                    $"{template.Timescale}, the track has {rendition.Timescale}"
                );
            }
        }
    }
}
