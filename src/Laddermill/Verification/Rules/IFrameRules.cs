using System.Collections.Immutable;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>I-frame playlists, which scrubbing and fast play need.</summary>
internal static class IFrameRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "iframes.present",
            "HLS-AUTH 6.1",
            "Where there is video, there is an EXT-X-I-FRAME-STREAM-INF.",
            Present
        ),
        Rule.Gate(
            "iframes.only",
            "RFC 8216bis §4.4.3.6, §4.4.6.3; HLS-AUTH 6.1",
            "A playlist of EXT-X-I-FRAME-STREAM-INF says EXT-X-I-FRAMES-ONLY, and no other does.",
            Only
        ),
        Rule.Gate(
            "iframes.ranges",
            "HLS-AUTH 6.8, 6.10",
            "Each byte range goes from the start of a moof to the end of the key frame behind it.",
            Ranges
        ),
        Rule.Gate(
            "iframes.durations",
            "RFC 8216bis §4.4.3.6",
            "EXTINF is the time from a key frame to the next one listed, or to the end, within one frame.",
            Durations
        ),
        Rule.Gate(
            "iframes.attributes",
            "HLS-AUTH 9.1 to 9.4; RFC 8216bis §4.4.6.3",
            "EXT-X-I-FRAME-STREAM-INF has a URI, and CODECS and RESOLUTION as the bitstream has them.",
            Attributes
        ),
        Rule.Gate(
            "iframes.bandwidth",
            "RFC 8216bis §4.4.6.3; HLS-AUTH 1.27",
            "BANDWIDTH is within 10 % of the measured peak of the byte ranges.",
            Bandwidth
        ),
        Rule.Advice(
            "iframes.several",
            "HLS-AUTH 6.5",
            RuleLevel.Should,
            "There are I-frame playlists of several bit rates.",
            Several
        ),
        Rule.Advice(
            "iframes.dense",
            "HLS-AUTH 6.2",
            RuleLevel.Should,
            "There is one I-frame a second.",
            Dense,
            "Key frames of the ordinary renditions are used, one every two seconds, at no cost in storage."
        ),
    ];

    private static void Present(Output output, Sheet sheet)
    {
        if (output.Variants.Any(each => each.Main is { IsVideo: true }))
        {
            var count = output.IFrameStreams.Length;
            sheet.Expect(count > 0, output.Multivariant!.Path, $"no EXT-X-I-FRAME-STREAM-INF");
        }
    }

    private static void Only(Output output, Sheet sheet)
    {
        foreach (var stream in output.IFrameStreams.Where(each => each.Playlist is not null))
        {
            var playlist = stream.Playlist!;
            sheet.Expect(playlist.IsIFramesOnly, playlist.Path, $"no EXT-X-I-FRAMES-ONLY");
        }
        foreach (var variant in output.Variants.Where(each => each.Playlist is not null))
        {
            var playlist = variant.Playlist!;
            sheet.Expect(
                !playlist.IsIFramesOnly,
                variant.Where,
                $"{playlist.Path} is I-frames only"
            );
        }
    }

    private static void Ranges(Output output, Sheet sheet)
    {
        foreach (var (stream, frames) in Frames(output))
        {
            var path = stream.Playlist!.Path;
            foreach (var frame in frames)
            {
                sheet.Expect(
                    frame.Fragment is not null,
                    $"{path} line {frame.Line}",
                    $"no moof starts at byte {frame.Offset} of the segment"
                );
                if (frame.Fragment is { } fragment)
                {
                    sheet.Expect(
                        frame.End == fragment.FirstSampleEnd,
                        $"{path} line {frame.Line}",
                        $"ends at byte {frame.End}, the first sample at {fragment.FirstSampleEnd}"
                    );
                }
            }
        }
    }

    private static void Durations(Output output, Sheet sheet)
    {
        foreach (var (stream, frames) in Frames(output))
        {
            var video = stream.Video!;
            var end = video.Segments[^1].Start + video.Segments[^1].Duration;
            for (var index = 0; index < frames.Count; index++)
            {
                var (frame, next) = (frames[index], frames.ElementAtOrDefault(index + 1));
                var until = index + 1 < frames.Count ? next.Fragment?.Start : end;
                if (frame.Fragment is not { } fragment || until is null)
                {
                    continue;
                }
                var seconds = (double)(until.Value - fragment.Start) / video.Timescale;
                sheet.Expect(
                    Math.Abs((double)frame.Duration - seconds) <= video.LongestSample,
                    $"{stream.Playlist!.Path} line {frame.Line}",
                    $"{frame.Duration} s, measured {seconds:0.######} s"
                );
            }
        }
    }

    private static void Attributes(Output output, Sheet sheet)
    {
        foreach (var stream in output.IFrameStreams)
        {
            sheet.Expect(stream.Attributes.Has("URI"), stream.Where, $"no URI");
            if (stream.Video?.Track?.Codec is { } derived)
            {
                var declared = stream.Attributes["CODECS"];
                sheet.Expect(
                    declared is not null && CodecString.Same(declared, derived),
                    stream.Where,
                    $"{declared ?? "no CODECS"}, the bitstream is {derived}"
                );
            }
            HlsVariantRules.ExpectResolution(sheet, stream.Where, stream.Attributes, stream.Video);
        }
    }

    private static void Bandwidth(Output output, Sheet sheet)
    {
        foreach (var stream in output.IFrameStreams)
        {
            if (stream is not { Video: not null, Playlist.TargetDuration: > 0 and var target })
            {
                continue;
            }
            var measured = Rates.Peak(
                [
                    .. stream.Playlist.Segments.Select(each =>
                        (each.Range?.Length ?? 0, (double)each.Duration)
                    ),
                ],
                target
            );
            var declared = stream.Attributes.Whole("BANDWIDTH");
            sheet.Expect(
                declared is not null && Rates.IsNear(declared.Value, measured),
                stream.Where,
                $"{declared} bit/s, measured peak {measured:0}"
            );
        }
    }

    private static void Several(Output output, Sheet sheet)
    {
        if (output.Variants.Count(each => each.Main is { IsVideo: true }) > 1)
        {
            var count = output.IFrameStreams.Length;
            sheet.Expect(count > 1, output.Multivariant!.Path, $"{count}");
        }
    }

    private static void Dense(Output output, Sheet sheet)
    {
        var playlists = output
            .IFrameStreams.Select(each => each.Playlist)
            .Where(each => each is { Segments.IsEmpty: false })
            .ToList();
        if (playlists.Count > 0)
        {
            var densest = playlists.Min(each => each!.Duration / each.Segments.Length);
            sheet.Expect(densest <= 1.05m, playlists[0]!.Path, $"one every {densest:0.##} s");
        }
    }

    private readonly record struct Frame(
        int Line,
        long Offset,
        long End,
        decimal Duration,
        FragmentFacts? Fragment
    );

    /// <summary>Every entry of the I-frame playlists whose rendition could be measured, with the fragment it points at.</summary>
    private static IEnumerable<(HlsIFrameStream Stream, List<Frame> Frames)> Frames(Output output)
    {
        foreach (var stream in output.IFrameStreams)
        {
            if (stream is { Video: not null, Playlist: not null })
            {
                yield return (
                    stream,
                    [
                        .. stream.Playlist.Segments.Select(entry => new Frame(
                            entry.Line,
                            entry.Range?.Offset ?? 0,
                            entry.Range?.End ?? 0,
                            entry.Duration,
                            (
                                output.Files.GetValueOrDefault(entry.Target ?? "") as SegmentFacts
                            )?.Fragments.FirstOrDefault(fragment =>
                                fragment.Offset == entry.Range?.Offset
                            )
                        )),
                    ]
                );
            }
        }
    }
}
