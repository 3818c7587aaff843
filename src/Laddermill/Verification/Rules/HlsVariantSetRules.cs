using System.Collections.Immutable;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What all variants together must say.</summary>
internal static class HlsVariantSetRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
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
