using System.Collections.Immutable;
using Laddermill.Verification.Model;
using Laddermill.Verification.Playlists;

namespace Laddermill.Verification.Rules;

/// <summary>What media playlists must say of their segments.</summary>
internal static class HlsPlaylistRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "hls.target-duration",
            "RFC 8216bis §4.4.3.1; HLS-AUTH 7.7",
            "No segment, rounded to whole seconds, is longer than the target duration.",
            TargetDuration
        ),
        Rule.Gate(
            "hls.equal-target-durations",
            "HLS-AUTH 8.2",
            "All video and audio playlists have the same target duration.",
            EqualTargetDurations
        ),
        Rule.Gate(
            "hls.extinf",
            "HLS-AUTH 8.1",
            "EXTINF of any run of segments adds up to their true duration within one frame.",
            Extinf
        ),
        Rule.Gate(
            "hls.playlist-type",
            "HLS-AUTH 8.6",
            "Every media playlist says EXT-X-PLAYLIST-TYPE:VOD.",
            PlaylistType
        ),
        Rule.Gate(
            "hls.endlist",
            "RFC 8216bis §4.4.3.4",
            "Every media playlist ends with EXT-X-ENDLIST.",
            EndList
        ),
        Rule.Gate(
            "hls.map",
            "RFC 8216bis §4.4.4.5; HLS-AUTH 8.20",
            "A playlist of fragmented MP4 has one EXT-X-MAP, in front of its first segment.",
            Map
        ),
        Rule.Gate(
            "hls.independent-segments",
            "HLS-AUTH 9.11, 9.12",
            "EXT-X-INDEPENDENT-SEGMENTS stands in the multivariant playlist, or else in every video playlist.",
            IndependentSegments
        ),
        Rule.Advice(
            "hls.segment-duration",
            "HLS-AUTH 7.5, 7.6",
            RuleLevel.Should,
            "The target duration is 6 s, and segments last about as long.",
            SegmentDuration
        ),
    ];

    private static void TargetDuration(Output output, Sheet sheet)
    {
        var longest = 0.0m;
        foreach (var playlist in output.MediaPlaylists)
        {
            var target = playlist.TargetDuration;
            sheet.Expect(target is > 0, playlist.Path, $"no EXT-X-TARGETDURATION");
            if (target is null)
            {
                continue;
            }
            foreach (var segment in playlist.Segments)
            {
                longest = Math.Max(longest, segment.Duration);
                var rounded = Math.Round(segment.Duration, MidpointRounding.AwayFromZero);
                sheet.Expect(
                    rounded <= target,
                    $"{playlist.Path} line {segment.Line}",
                    $"{segment.Duration} s with a target of {target} s"
                );
            }
        }
        sheet.Measure($"longest segment {longest:0.###} s");
    }

    private static void EqualTargetDurations(Output output, Sheet sheet)
    {
        var targets = output
            .Ordinary.Where(playlist => playlist.TargetDuration is not null && playlist.Maps.Any())
            .ToList();
        foreach (var playlist in targets)
        {
            var (one, first) = (playlist.TargetDuration, targets[0].TargetDuration);
            sheet.Expect(one == first, playlist.Path, $"{one} s, {first} s in {targets[0].Path}");
        }
    }

    private static void Extinf(Output output, Sheet sheet)
    {
        var widest = 0.0;
        foreach (var playlist in output.Ordinary)
        {
            var rendition = output.Whole.FirstOrDefault(each => each.Where == playlist.Path);
            if (rendition is null)
            {
                continue;
            }
            // The error of a run is the difference of two running sums: the widest spread of those bounds them all.
            var (declared, ticks, low, high) = (0.0m, 0L, 0.0, 0.0);
            foreach (var (entry, segment) in playlist.Segments.Zip(rendition.Segments))
            {
                declared += entry.Duration;
                ticks += segment.Duration;
                var error = (double)(declared - (decimal)ticks / rendition.Timescale);
                (low, high) = (Math.Min(low, error), Math.Max(high, error));
            }
            widest = Math.Max(widest, high - low);
            sheet.Expect(
                high - low <= rendition.LongestSample,
                playlist.Path,
                $"{high - low:0.######} s away from what the segments hold"
            );
        }
        sheet.Measure($"at most {widest * 1e6:0.#} µs away");
    }

    private static void PlaylistType(Output output, Sheet sheet)
    {
        foreach (var playlist in output.MediaPlaylists)
        {
            var type = playlist.ValuesOf("EXT-X-PLAYLIST-TYPE").FirstOrDefault();
            sheet.Expect(type == "VOD", playlist.Path, $"{type ?? "no type"}");
        }
    }

    private static void EndList(Output output, Sheet sheet)
    {
        foreach (var playlist in output.MediaPlaylists)
        {
            sheet.Expect(playlist.HasTag("EXT-X-ENDLIST"), playlist.Path, $"no EXT-X-ENDLIST");
        }
    }

    private static void Map(Output output, Sheet sheet)
    {
        foreach (var playlist in output.MediaPlaylists.Where(HoldsFragments))
        {
            var isRight = playlist is { Maps: [var map], Segments: [{ HasMap: true }, ..] };
            sheet.Expect(
                isRight && playlist.Maps[0].Has("URI"),
                playlist.Path,
                $"{playlist.Maps.Length} EXT-X-MAP"
            );
        }
    }

    private static bool HoldsFragments(MediaPlaylist playlist) =>
        playlist.Segments.Any(segment =>
            segment.Uri.EndsWith(".m4s", StringComparison.Ordinal)
            || segment.Uri.EndsWith(".mp4", StringComparison.Ordinal)
        );

    private static void IndependentSegments(Output output, Sheet sheet)
    {
        if (output.Multivariant is not { } multivariant)
        {
            return;
        }
        const string Tag = "EXT-X-INDEPENDENT-SEGMENTS";
        sheet.Count(1);
        foreach (var variant in output.Variants)
        {
            sheet.Expect(
                multivariant.HasTag(Tag) || variant.Playlist?.HasTag(Tag) != false,
                variant.Where,
                $"neither {multivariant.Path} nor {variant.Playlist?.Path} says so"
            );
        }
    }

    private static void SegmentDuration(Output output, Sheet sheet)
    {
        foreach (var playlist in output.Ordinary)
        {
            var target = playlist.TargetDuration;
            if (playlist.Duration < 6)
            {
                continue;
            }
            sheet.Expect(target is 6, playlist.Path, $"target duration {target} s");
            var whole = playlist.Segments.SkipLast(1);
            foreach (var segment in whole)
            {
                sheet.Expect(
                    segment.Duration is >= 4 and <= 6.5m,
                    $"{playlist.Path} line {segment.Line}",
                    $"{segment.Duration} s"
                );
            }
        }
    }
}
