using System.Collections.Immutable;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;
using Laddermill.Verification.Playlists;

namespace Laddermill.Verification.Rules;

/// <summary>What EXT-X-STREAM-INF says, beside what the bitstreams are.</summary>
internal static class HlsVariantRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "hls.variants",
            "RFC 8216bis §4.4.6.2",
            "The multivariant playlist has at least one variant, each with a media playlist that has segments.",
            Variants
        ),
        Rule.Gate(
            "hls.codecs",
            "RFC 8216bis §4.4.6.2; HLS-AUTH 9.1",
            "CODECS lists the codec of the variant and of each rendition of its groups, as the bitstreams have them, and no other.",
            Codecs
        ),
        Rule.Gate(
            "hls.resolution",
            "HLS-AUTH 9.2",
            "RESOLUTION is the size of the bitstream's pictures as shown.",
            Resolution
        ),
        Rule.Gate(
            "hls.frame-rate",
            "HLS-AUTH 9.15",
            "FRAME-RATE is there for video and is the measured one, to three decimals.",
            FrameRate
        ),
        Rule.Gate(
            "hls.video-range",
            "HLS-AUTH 9.16; RFC 8216bis §4.4.6.2",
            "VIDEO-RANGE is that of the bitstream, and is there unless all variants are SDR.",
            VideoRange
        ),
        Rule.Gate("hls.score", "HLS-AUTH 9.19", "SCORE stands on all variants or on none.", Score),
        Rule.Gate(
            "hls.closed-captions",
            "RFC 8216bis §4.4.6.2",
            "When one variant says CLOSED-CAPTIONS=NONE, all do.",
            ClosedCaptions
        ),
        Rule.Advice(
            "hls.closed-captions-said",
            "RFC 8216bis §4.4.6.2",
            RuleLevel.Should,
            "Every video variant says which closed captions it has, or NONE: players otherwise offer a track that is not there.",
            ClosedCaptionsSaid
        ),
    ];

    private static void Variants(Output output, Sheet sheet)
    {
        if (output.Multivariant is not { } multivariant)
        {
            return;
        }
        sheet.Expect(!output.Variants.IsEmpty, multivariant.Path, $"no EXT-X-STREAM-INF");
        foreach (var variant in output.Variants)
        {
            sheet.Expect(
                variant.Playlist is null or { Segments.IsEmpty: false },
                variant.Where,
                $"{variant.Playlist?.Path} has no segments"
            );
        }
    }

    private static void Codecs(Output output, Sheet sheet)
    {
        foreach (var variant in output.Variants.Where(each => each.IsWhole))
        {
            var derived = variant
                .OwnAudio.Prepend(variant.Main!)
                .Select(each => each.Track!.Codec)
                .OfType<string>()
                .ToList();
            if (derived.Count <= variant.OwnAudio.Count())
            {
                // One of them cannot be told: that is a finding of another rule.
                continue;
            }
            var declared = Split(variant.Attributes["CODECS"]);
            // Text is allowed beside what the media need (HLS-AUTH 5.10).
            var isRight =
                derived.All(codec => declared.Any(each => CodecString.Same(each, codec)))
                && declared.All(each =>
                    each is "wvtt"
                    || each.StartsWith("stpp", StringComparison.Ordinal)
                    || derived.Any(codec => CodecString.Same(each, codec))
                );
            sheet.Expect(
                isRight,
                variant.Where,
                $"'{variant.Attributes["CODECS"]}', the bitstreams are {string.Join(",", derived)}"
            );
        }
    }

    public static string[] Split(string? list) =>
        (list ?? "").Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );

    private static void Resolution(Output output, Sheet sheet)
    {
        foreach (var variant in output.Variants)
        {
            ExpectResolution(sheet, variant.Where, variant.Attributes, variant.Main);
        }
    }

    /// <summary>Also for EXT-X-I-FRAME-STREAM-INF.</summary>
    public static void ExpectResolution(
        Sheet sheet,
        string where,
        AttributeList attributes,
        Rendition? rendition
    )
    {
        if (rendition?.Track?.Video?.Picture is { } picture)
        {
            var measured = $"{picture.DisplayWidth}x{picture.Height}";
            var declared = attributes["RESOLUTION"];
            sheet.Expect(
                declared == measured,
                where,
                $"{declared ?? "no RESOLUTION"}, the bitstream is {measured}"
            );
        }
    }

    private static void FrameRate(Output output, Sheet sheet)
    {
        foreach (var variant in output.Variants.Where(each => each.Main is { IsVideo: true }))
        {
            var declared = variant.Attributes.Fraction("FRAME-RATE");
            var measured = variant.Main!.Rate;
            sheet.Expect(
                declared is not null && Math.Abs((double)declared - measured) < 0.001,
                variant.Where,
                $"{variant.Attributes["FRAME-RATE"] ?? "no FRAME-RATE"}, measured {measured:0.####}"
            );
        }
    }

    private static void VideoRange(Output output, Sheet sheet)
    {
        var pictures = output
            .Variants.Select(each =>
                (each.Where, each.Attributes, each.Main?.Track?.Video?.Picture?.VideoRange)
            )
            .Concat(
                output.IFrameStreams.Select(each =>
                    (each.Where, each.Attributes, each.Video?.Track?.Video?.Picture?.VideoRange)
                )
            )
            .Where(each => each.VideoRange is not null)
            .ToList();
        var isAllSdr = pictures.All(each => each.VideoRange == "SDR");
        foreach (var (where, attributes, range) in pictures)
        {
            var declared = attributes["VIDEO-RANGE"] ?? (isAllSdr ? "SDR" : null);
            sheet.Expect(
                declared == range,
                where,
                $"{declared ?? "no VIDEO-RANGE"}, the bitstream is {range}"
            );
        }
    }

    private static void Score(Output output, Sheet sheet)
    {
        var scored = output.Variants.Count(each => each.Attributes.Has("SCORE"));
        if (!output.Variants.IsEmpty)
        {
            sheet.Expect(
                scored == 0 || scored == output.Variants.Length,
                output.Multivariant!.Path,
                $"on {scored} of {output.Variants.Length} variants"
            );
        }
    }

    private static void ClosedCaptions(Output output, Sheet sheet)
    {
        var none = output.Variants.Count(each => each.Attributes["CLOSED-CAPTIONS"] == "NONE");
        if (!output.Variants.IsEmpty)
        {
            sheet.Expect(
                none == 0 || none == output.Variants.Length,
                output.Multivariant!.Path,
                $"NONE on {none} of {output.Variants.Length} variants"
            );
        }
    }

    private static void ClosedCaptionsSaid(Output output, Sheet sheet)
    {
        foreach (var variant in output.Variants.Where(each => each.Main is { IsVideo: true }))
        {
            var isSaid = variant.Attributes.Has("CLOSED-CAPTIONS");
            sheet.Expect(isSaid, variant.Where, $"no CLOSED-CAPTIONS");
        }
    }
}
