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
