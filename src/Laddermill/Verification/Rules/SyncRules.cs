using System.Collections.Immutable;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>Renditions beside each other: a player changes from one to another at any segment.</summary>
internal static class SyncRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "sync.boundaries",
            "HLS-AUTH 8.22; DASH-IF IOP 3.2.4 (segmentAlignment)",
            "All video renditions have the same segment boundaries, to the tick.",
            Boundaries
        ),
        Rule.Gate(
            "sync.start",
            "HLS-AUTH 8.3, 8.7",
            "All renditions start at the same time, within one frame.",
            Start
        ),
        Rule.Gate(
            "sync.end",
            "HLS-AUTH 8.2, 8.3, 8.7",
            "All renditions end at the same time, within one frame of picture or sound.",
            End
        ),
        Rule.Gate(
            "sync.track-ids",
            "DVB-DASH 4.3; CMAF 7.3.4.1",
            "All renditions that a player may switch between have the same track id and the same kind of sample entry for a codec.",
            TrackIds
        ),
        Rule.Advice(
            "sync.audio-boundaries",
            "HLS-AUTH 8.22",
            RuleLevel.Should,
            "Audio segments begin within one audio frame of the video's.",
            AudioBoundaries
        ),
    ];

    private static void Boundaries(Output output, Sheet sheet)
    {
        if (output.Video.FirstOrDefault() is not { } first)
        {
            return;
        }
        foreach (var other in output.Video)
        {
            sheet.Expect(
                first.Segments.Length == other.Segments.Length,
                other.Where,
                $"{other.Segments.Length} segments, {first.Segments.Length} in {first.Where}"
            );
            foreach (var (one, two) in first.Segments.Zip(other.Segments))
            {
                // Equal as fractions: the time scales may differ.
                sheet.Expect(
                    (Int128)one.Start * other.Timescale == (Int128)two.Start * first.Timescale,
                    two.Path,
                    $"starts at {Seconds(other, two):0.######} s, {one.Path} at {Seconds(first, one):0.######} s"
                );
            }
        }
        sheet.Measure($"{first.Segments.Length} segments in {output.Video.Count()} renditions");
    }

    private static void Start(Output output, Sheet sheet)
    {
        var reference = output.Video.Concat(output.Audio).FirstOrDefault();
        if (reference is null)
        {
            return;
        }
        foreach (var other in output.Whole)
        {
            var step = other.ShownFrom - reference.ShownFrom;
            sheet.Expect(
                Math.Abs(step) <= Math.Max(reference.LongestSample, other.LongestSample),
                other.Where,
                $"starts at {other.ShownFrom:0.######} s, {reference.Where} at {reference.ShownFrom:0.######} s"
            );
        }
        sheet.Measure($"at {reference.ShownFrom:0.######} s");
    }

    private static void End(Output output, Sheet sheet)
    {
        var reference = output.Video.Concat(output.Audio).FirstOrDefault();
        if (reference is null)
        {
            return;
        }
        foreach (var other in output.Whole)
        {
            var step = other.ShownUntil - reference.ShownUntil;
            sheet.Expect(
                Math.Abs(step) <= Math.Max(reference.LongestSample, other.LongestSample) + 1e-6,
                other.Where,
                $"ends at {other.ShownUntil:0.######} s, {reference.Where} at {reference.ShownUntil:0.######} s"
            );
        }
        sheet.Measure($"at {reference.ShownUntil:0.######} s");
    }

    private static void TrackIds(Output output, Sheet sheet)
    {
        var sets = output
            .Whole.DistinctBy(each => each.InitTarget)
            .GroupBy(each => (each.Track!.Handler, Family(each.Track.SampleEntry)));
        foreach (var set in sets)
        {
            var ids = set.Select(each => each.Track!.Id).Distinct().ToList();
            var entries = set.Select(each => each.Track!.SampleEntry).Distinct().ToList();
            sheet.Expect(ids.Count == 1, set.Key.ToString(), $"ids {string.Join(", ", ids)}");
            sheet.Expect(entries.Count == 1, set.Key.ToString(), $"{string.Join(", ", entries)}");
        }
    }

    private static string Family(string sampleEntry) =>
        sampleEntry switch
        {
            "avc3" => "avc1",
            "hev1" => "hvc1",
            _ => sampleEntry,
        };

    private static void AudioBoundaries(Output output, Sheet sheet)
    {
        if (output.Video.FirstOrDefault() is not { } video)
        {
            return;
        }
        foreach (var audio in output.Audio)
        {
            sheet.Expect(
                audio.Segments.Length == video.Segments.Length,
                audio.Where,
                $"{audio.Segments.Length} segments, {video.Segments.Length} of video"
            );
            foreach (var (one, two) in video.Segments.Zip(audio.Segments))
            {
                sheet.Expect(
                    Math.Abs(Seconds(video, one) - Seconds(audio, two))
                        <= audio.LongestSample + 1e-6,
                    two.Path,
                    $"starts at {Seconds(audio, two):0.######} s, the video's at {Seconds(video, one):0.######} s"
                );
            }
        }
    }

    private static double Seconds(Rendition rendition, SegmentFacts segment) =>
        (double)segment.Start / rendition.Timescale;
}
