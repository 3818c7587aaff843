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
            if (variant.All.Any(each => each.Track!.Codec is null))
            {
                // One that cannot be told is a finding of another rule.
                continue;
            }
            var derived = variant.All.Select(each => each.Track!.Codec!).ToList();
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
        sheet.Measure(output.Variants.Select(each => each.Attributes["CODECS"]));
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
        sheet.Measure(output.Variants.Select(each => each.Attributes["RESOLUTION"]));
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
        sheet.Measure(output.Variants.Select(each => each.Attributes["FRAME-RATE"]));
    }
}
