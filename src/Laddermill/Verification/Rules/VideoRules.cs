using System.Collections.Immutable;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What a video rendition's own bytes must be.</summary>
internal static class VideoRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "video.sample-entry",
            "HLS-AUTH 1.1, 1.2, 1.5, 1.10, 1.39",
            "Video is avc1, hvc1 or av01, with its parameters in the init segment (not avc3 or hev1, which Apple's players do not show).",
            SampleEntry
        ),
        Rule.Gate(
            "video.parameter-sets",
            "CMAF 7.3.1; DVB-DASH 5.1.2",
            "The init segment holds all parameter sets that decoding needs, and they can be read.",
            ParameterSets
        ),
        Rule.Gate(
            "video.hvc1-parameters",
            "ISO/IEC 14496-15 §8.3.3.1, §8.4.1",
            "In hvc1 all parameter sets are in the init segment, which says so (array_completeness), and none among the samples.",
            HevcParameterSets
        ),
        Rule.Gate(
            "video.configuration",
            "ISO/IEC 14496-15 §5.3.3, §8.3.3; AV1-ISOBMFF §2.3",
            "The decoder configuration's profile, level and tier are those of the bitstream.",
            Configuration
        ),
        Rule.Gate(
            "video.size",
            "ISO/IEC 14496-12 §12.1.3; CMAF 9.2.3",
            "The sample entry has the bitstream's size, and the track header the size as shown.",
            Size
        ),
        Rule.Gate(
            "video.level-limit",
            "HLS-AUTH 1.3b, 1.6b, 1.37",
            "H.264 is at most High 5.2, HEVC at most Main 10 5.1, AV1 at most Main 6.2.",
            LevelLimit
        ),
        Rule.Gate(
            "video.frame-rate-limit",
            "HLS-AUTH 1.19",
            "There are at most 60 frames a second.",
            FrameRateLimit
        ),
        Rule.Gate(
            "video.progressive",
            "HLS-AUTH 1.14",
            "Pictures are frames, not fields.",
            Progressive
        ),
        Rule.Gate(
            "video.sdr-beside-hdr",
            "HLS-AUTH 1.24",
            "Where there is HDR, there is SDR too.",
            SdrBesideHdr
        ),
    ];

    private static void SampleEntry(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Video)
        {
            var entry = rendition.Track!.SampleEntry;
            sheet.Expect(entry is "avc1" or "hvc1" or "av01", rendition.InitTarget, $"'{entry}'");
        }
    }

    private static void ParameterSets(Output output, Sheet sheet)
    {
        foreach (var (rendition, video) in Entries(output))
        {
            sheet.Expect(
                video is { HasParameterSets: true, Picture: not null },
                rendition.InitTarget,
                $"{(video.HasParameterSets ? "the sequence parameters cannot be read" : "parameter sets are missing")}"
            );
        }
    }

    private static void HevcParameterSets(Output output, Sheet sheet)
    {
        foreach (var (rendition, video) in Entries(output))
        {
            if (rendition.Track!.SampleEntry != "hvc1")
            {
                continue;
            }
            sheet.Expect(
                video.IsComplete,
                rendition.InitTarget,
                $"an array of parameter sets is not said to be complete"
            );
            foreach (var segment in rendition.Segments)
            {
                sheet.Expect(
                    !segment.Fragments.Any(fragment => fragment.HasParameterSets),
                    segment.Path,
                    $"parameter sets among the samples"
                );
            }
        }
    }

    private static void Configuration(Output output, Sheet sheet)
    {
        foreach (var (rendition, video) in Entries(output))
        {
            if (video.Picture is { } picture)
            {
                sheet.Expect(
                    video.Declared == picture.ProfileLevel,
                    rendition.InitTarget,
                    $"declares {video.Declared}, the bitstream is {picture.ProfileLevel}"
                );
            }
        }
    }

    private static void Size(Output output, Sheet sheet)
    {
        foreach (var (rendition, video) in Entries(output))
        {
            if (video.Picture is not { } picture)
            {
                continue;
            }
            sheet.Expect(
                video.Width == picture.Width && video.Height == picture.Height,
                rendition.InitTarget,
                $"the sample entry says {video.Width}x{video.Height}, the bitstream {picture.Width}x{picture.Height}"
            );
            var track = rendition.Track!;
            sheet.Expect(
                Math.Abs(track.Width - picture.DisplayWidth) <= 1 && track.Height == picture.Height,
                rendition.InitTarget,
                $"tkhd says {track.Width}x{track.Height}, the bitstream is shown at {picture.DisplayWidth}x{picture.Height}"
            );
        }
    }

    private static void LevelLimit(Output output, Sheet sheet)
    {
        foreach (var (rendition, video) in Entries(output))
        {
            if (video.Picture is not { } picture)
            {
                continue;
            }
            var (profile, level, _) = picture.ProfileLevel;
            var isKept = rendition.Track!.SampleEntry switch
            {
                "avc1" or "avc3" => profile is 66 or 77 or 100 && level <= 52,
                "hvc1" or "hev1" => profile is 1 or 2 && level <= 153,
                // seq_level_idx 18 is level 6.2.
                "av01" => profile == 0 && level <= 18,
                _ => true,
            };
            sheet.Expect(isKept, rendition.InitTarget, $"{rendition.Track.Codec}");
        }
        sheet.Measure(output.Video.Select(each => each.Track!.Codec));
    }

    private static void FrameRateLimit(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Video)
        {
            sheet.Expect(
                rendition.Rate <= 60.01,
                rendition.Where,
                $"{rendition.Rate:0.###} frames/s"
            );
        }
        sheet.Measure(output.Video.Select(each => $"{each.Rate:0.###} frames/s"));
    }

    private static void Progressive(Output output, Sheet sheet)
    {
        foreach (var (rendition, video) in Entries(output))
        {
            if (video.Picture is { } picture)
            {
                sheet.Expect(!picture.IsInterlaced, rendition.InitTarget, $"coded as fields");
            }
        }
    }

    private static void SdrBesideHdr(Output output, Sheet sheet)
    {
        var ranges = Entries(output)
            .Select(each => each.Video.Picture?.VideoRange)
            .OfType<string>()
            .Distinct()
            .ToList();
        if (ranges.Count > 0)
        {
            sheet.Expect(ranges.Contains("SDR"), "output", $"only {string.Join(" and ", ranges)}");
            sheet.Measure(ranges);
        }
    }

    public static IEnumerable<(Rendition Rendition, VideoEntry Video)> Entries(Output output) =>
        output
            .Video.Where(rendition => rendition.Track?.Video is not null)
            .DistinctBy(rendition => rendition.InitTarget)
            .Select(rendition => (rendition, rendition.Track!.Video!));
}
