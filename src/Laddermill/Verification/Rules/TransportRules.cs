using System.Collections.Immutable;
using Laddermill.Verification.Model;
using Laddermill.Verification.Transport;

namespace Laddermill.Verification.Rules;

/// <summary>Segments of transport streams, each by itself.</summary>
internal static class TransportRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "ts.packets",
            "ISO/IEC 13818-1 §2.4.3",
            "Segments are whole packets of 188 bytes, and hold whole tables and whole PES packets with times.",
            Packets
        ),
        Rule.Gate(
            "ts.tables",
            "RFC 8216bis §3.1.1; ISO/IEC 13818-1 §2.4.4",
            "Each segment begins with a PAT and a PMT that names one H.264 stream, one AAC stream or both, the same in all of a rendition.",
            Tables
        ),
        Rule.Gate(
            "ts.continuity",
            "ISO/IEC 13818-1 §2.4.3.3",
            "Continuity counters of each PID go on without a break, also from segment to segment.",
            Continuity
        ),
        Rule.Gate(
            "ts.key-frames",
            "HLS-AUTH 7.4; ISO/IEC 13818-1 §2.14.1",
            "Segments begin with an IDR picture and its parameter sets, and each picture with an access unit delimiter.",
            KeyFrames
        ),
    ];

    /// <summary>Those that can be measured.</summary>
    public static IEnumerable<TransportRendition> Whole(Output output) =>
        output.Transport?.TransportRenditions.Where(each => each.IsWhole) ?? [];

    private static void Packets(Output output, Sheet sheet)
    {
        var segments = (output.Transport?.TransportRenditions ?? []).SelectMany(each =>
            each.Segments
        );
        foreach (var segment in segments)
        {
            var found =
                segment.Problem
                ?? (segment.Start is null ? "neither pictures nor sound can be found" : null);
            sheet.Expect(found is null, segment.Path, $"{found}");
        }
    }

    private static void Tables(Output output, Sheet sheet)
    {
        foreach (var rendition in Whole(output))
        {
            var first = rendition.Segments[0];
            foreach (var segment in rendition.Segments)
            {
                sheet.Expect(
                    segment.StartsWithTables,
                    segment.Path,
                    $"its first packets are no PAT and PMT"
                );
                var types = segment.StreamTypes;
                var isKnown =
                    types.Length is 1 or 2
                    && types.Distinct().Count() == types.Length
                    && types.All(type => type is TransportProgram.Avc or TransportProgram.AdtsAac);
                sheet.Expect(
                    isKnown && types.SequenceEqual(first.StreamTypes),
                    segment.Path,
                    $"stream types {string.Join(", ", types)}, {string.Join(", ", first.StreamTypes)} at first"
                );
            }
        }
    }

    private static void Continuity(Output output, Sheet sheet)
    {
        foreach (var rendition in Whole(output))
        {
            var last = new Dictionary<int, int>();
            foreach (var segment in rendition.Segments)
            {
                foreach (var counter in segment.Counters)
                {
                    var breaks = counter.Breaks;
                    if (last.TryGetValue(counter.Pid, out var before))
                    {
                        breaks += (before + 1 & 15) == counter.First ? 0 : 1;
                    }
                    last[counter.Pid] = counter.Last;
                    sheet.Expect(
                        breaks == 0,
                        segment.Path,
                        $"{breaks} breaks in PID {counter.Pid}, which begins with {counter.First}"
                    );
                }
            }
        }
    }

    private static void KeyFrames(Output output, Sheet sheet)
    {
        foreach (var segment in Whole(output).SelectMany(each => each.Segments))
        {
            if (segment.Video is { } video)
            {
                sheet.Expect(
                    video is { StartsAlone: true, Undelimited: 0 },
                    segment.Path,
                    $"it {(video.StartsAlone ? "begins as it should" : "does not begin with an IDR picture and its parameter sets")}; {video.Undelimited} of {video.Pictures} pictures have no delimiter"
                );
            }
        }
    }
}
