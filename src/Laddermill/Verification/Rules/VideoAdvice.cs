using System.Collections.Immutable;
using Laddermill.Verification.Bitstreams;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What platforms like a ladder of video to be.</summary>
internal static class VideoAdvice
{
    private static readonly double[] NaturalRates =
    [
        24000 / 1001.0,
        24,
        25,
        30000 / 1001.0,
        30,
        50,
        60000 / 1001.0,
        60,
    ];

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Advice(
            "video.natural-frame-rate",
            "HLS-AUTH 1.18",
            RuleLevel.Should,
            "The frame rate is 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60.",
            NaturalFrameRate,
            "A source's own rate is kept: changing it would make motion uneven."
        ),
        Rule.Advice(
            "video.key-frame-interval",
            "HLS-AUTH 1.13",
            RuleLevel.Should,
            "A key frame comes every 2 seconds.",
            KeyFrameInterval,
            "A source whose own stream is published keeps its key frames; what is encoded beside it has one every 2 seconds at least."
        ),
        Rule.Advice(
            "video.idr",
            "HLS-AUTH 7.4",
            RuleLevel.Must,
            "Every video segment starts with an IDR picture.",
            Instant,
            "A source of HEVC whose own stream is published may have CRA pictures instead; where nothing that is shown before one follows it, decoding starts there just as well."
        ),
        Rule.Advice(
            "video.high-profile",
            "HLS-AUTH 1.4",
            RuleLevel.Should,
            "H.264 is of High profile.",
            HighProfile,
            "x264 writes the profile that the tools of its preset need; the presets of the built-in profiles make High."
        ),
        Rule.Advice(
            "video.h264-present",
            "HLS-AUTH 1.12, 1.3a",
            RuleLevel.Should,
            "Some renditions are H.264 of at most High 4.1, which every device plays.",
            H264Present,
            "The profile chooses the codecs; the built-in ones make H.264."
        ),
        Rule.Advice(
            "video.hevc-present-at-4.0",
            "HLS-AUTH 1.6a",
            RuleLevel.Should,
            "Where there is HEVC, some of it is of at most Main 10 4.0, Main tier.",
            HevcPresent
        ),
        Rule.Advice(
            "video.one-aspect",
            "HLS-AUTH 1.33",
            RuleLevel.Should,
            "All renditions have the same aspect ratio, within the rounding to even sizes.",
            OneAspect
        ),
        Rule.Advice(
            "video.one-colour",
            "HLS-AUTH 1.21",
            RuleLevel.Should,
            "All renditions of one codec and dynamic range have the same colour space.",
            OneColour
        ),
    ];

    private static void NaturalFrameRate(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Video)
        {
            var isNatural = NaturalRates.Any(rate => Math.Abs(rate - rendition.Rate) < 0.005);
            sheet.Expect(isNatural, rendition.Where, $"{rendition.Rate:0.###} frames/s");
        }
    }

    private static void KeyFrameInterval(Output output, Sheet sheet)
    {
        var longest = 0.0;
        foreach (var rendition in output.Video)
        {
            foreach (var segment in rendition.Segments)
            {
                foreach (var fragment in segment.Fragments)
                {
                    var seconds = (double)fragment.Duration / rendition.Timescale;
                    longest = Math.Max(longest, seconds);
                    // A whole number of frames is at most half a frame away from 2 s.
                    var limit = 2 + rendition.LongestSample / 2 + 0.0005;
                    sheet.Expect(
                        seconds <= limit,
                        segment.Path,
                        $"{seconds:0.###} s from the key frame at byte {fragment.Offset} to the next"
                    );
                }
            }
        }
        sheet.Measure($"at most {longest:0.###} s");
    }

    private static void Instant(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Video)
        {
            foreach (var segment in rendition.Segments.Where(each => !each.Fragments.IsEmpty))
            {
                sheet.Expect(
                    segment.Fragments[0].IsInstant,
                    segment.Path,
                    $"another key frame than an IDR picture"
                );
            }
        }
    }

    private static void HighProfile(Output output, Sheet sheet)
    {
        foreach (var (where, picture) in Pictures(output, "avc1"))
        {
            var profile = picture.ProfileLevel.Profile;
            sheet.Expect(profile == 100, where, $"profile_idc {profile}");
        }
    }

    private static void H264Present(Output output, Sheet sheet)
    {
        if (output.Video.Any())
        {
            var isThere = Pictures(output, "avc1")
                .Any(each => each.Picture.ProfileLevel is { Profile: <= 100, Level: <= 41 });
            sheet.Expect(isThere, "output", $"no rendition is H.264 of at most High 4.1");
        }
    }

    private static void HevcPresent(Output output, Sheet sheet)
    {
        var levels = Pictures(output, "hvc1").Select(each => each.Picture.ProfileLevel).ToList();
        if (levels.Count > 0)
        {
            var isThere = levels.Any(each =>
                each is { Profile: <= 2, Level: <= 120, IsHighTier: false }
            );
            sheet.Expect(
                isThere,
                "output",
                $"the lowest level is {levels.Min(each => each.Level)}"
            );
        }
    }

    private static void OneAspect(Output output, Sheet sheet)
    {
        var shown = VideoRules
            .Entries(output)
            .Where(each => each.Video.Picture is not null)
            .Select(each =>
                (
                    each.Rendition.Where,
                    Width: (double)each.Video.Picture!.DisplayWidth,
                    Height: (double)each.Video.Picture.Height
                )
            )
            .ToList();
        if (shown.Count == 0)
        {
            return;
        }
        var (_, width, height) = shown.MaxBy(each => each.Width * each.Height);
        foreach (var each in shown)
        {
            // Even sizes: each side may be off by one pixel.
            var error = Math.Abs(each.Width - each.Height * width / height);
            sheet.Expect(
                error <= 1 + width / height,
                each.Where,
                $"{each.Width}x{each.Height} beside {width}x{height}"
            );
        }
    }

    private static void OneColour(Output output, Sheet sheet)
    {
        var groups = VideoRules
            .Entries(output)
            .Where(each => each.Video.Picture is not null)
            .GroupBy(each => (each.Rendition.Track!.SampleEntry, each.Video.Picture!.VideoRange));
        foreach (var group in groups)
        {
            var colours = group.Select(each => each.Video.Picture!.Colour).Distinct().ToList();
            sheet.Expect(
                colours.Count == 1,
                $"{group.Key.SampleEntry} {group.Key.VideoRange}",
                $"{string.Join("; ", colours.Select(each => $"{each.Primaries}/{each.Transfer}/{each.Matrix}"))}"
            );
        }
    }

    private static IEnumerable<(string Where, PictureFacts Picture)> Pictures(
        Output output,
        string sampleEntry
    ) =>
        VideoRules
            .Entries(output)
            .Where(each =>
                each.Rendition.Track!.SampleEntry == sampleEntry && each.Video.Picture is not null
            )
            .Select(each => (each.Rendition.InitTarget, each.Video.Picture!));
}
