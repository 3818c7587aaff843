using System.Collections.Immutable;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>Bit rates of variants: what they declare beside what was measured, and what Apple wants of a ladder.</summary>
internal static class HlsRateRules
{
    private const string SourceLadder =
        "The ladder follows the source and the profile: nothing is enlarged, and no rung is made for a test alone.";

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "hls.bandwidth",
            "RFC 8216bis §4.4.6.2; HLS-AUTH 1.27, 9.13",
            "BANDWIDTH is within 10 % of the largest sum of peak segment bit rates of the variant with any rendition of its groups.",
            Bandwidth
        ),
        Rule.Gate(
            "hls.average-bandwidth",
            "HLS-AUTH 1.26, 9.14",
            "AVERAGE-BANDWIDTH is there and within 10 % of the measured average, counted in the same way.",
            AverageBandwidth
        ),
        Rule.Advice(
            "hls.peak-ratio",
            "HLS-AUTH 1.30",
            RuleLevel.Should,
            "The peak is at most twice the average.",
            PeakRatio,
            "Capped constant quality spends few bits on still pictures; the cap holds the peak."
        ),
        Rule.Advice(
            "hls.first-variant",
            "HLS-AUTH 1.32",
            RuleLevel.Should,
            "The first variant is the one of its audio group and codec that is nearest to 2000 kbit/s.",
            FirstVariant
        ),
        Rule.Advice(
            "hls.several-rates",
            "HLS-AUTH 9.9",
            RuleLevel.Must,
            "There are variants of several bit rates.",
            SeveralRates,
            SourceLadder
        ),
        Rule.Advice(
            "hls.several-at-top",
            "HLS-AUTH 9.10",
            RuleLevel.Should,
            "A ladder of 1280x720 and more has two variants of its largest size.",
            SeveralAtTop,
            SourceLadder
        ),
        Rule.Advice(
            "hls.cellular-rate",
            "HLS-AUTH 9.21",
            RuleLevel.Must,
            "One variant has a peak of at most 192 kbit/s (App Store apps over cellular networks).",
            CellularRate,
            SourceLadder
        ),
    ];

    private static void Bandwidth(Output output, Sheet sheet)
    {
        foreach (var (variant, measured, _) in Measured(output))
        {
            var declared = variant.Attributes.Whole("BANDWIDTH");
            sheet.Expect(
                declared is not null && Rates.IsNear(declared.Value, measured),
                variant.Where,
                $"{declared} bit/s, measured peak {measured:0}"
            );
        }
        sheet.Measure(
            Measured(output)
                .Select(each => $"{each.Variant.Attributes["BANDWIDTH"]} for {each.Peak:0}")
        );
    }

    private static void AverageBandwidth(Output output, Sheet sheet)
    {
        foreach (var (variant, _, measured) in Measured(output))
        {
            var declared = variant.Attributes.Whole("AVERAGE-BANDWIDTH");
            sheet.Expect(
                declared is not null && Rates.IsNear(declared.Value, measured),
                variant.Where,
                $"{declared} bit/s, measured average {measured:0}"
            );
        }
        sheet.Measure(
            Measured(output)
                .Select(each =>
                    $"{each.Variant.Attributes["AVERAGE-BANDWIDTH"]} for {each.Average:0}"
                )
        );
    }

    private static void PeakRatio(Output output, Sheet sheet)
    {
        foreach (var (variant, peak, average) in Measured(output))
        {
            sheet.Expect(
                peak <= average * 2,
                variant.Where,
                $"peak {peak:0} bit/s is {peak / average:0.0} times the average"
            );
        }
        sheet.Measure(Measured(output).Select(each => $"{each.Peak / each.Average:0.00}"));
    }

    /// <summary>Peak and average of each variant with the costliest member of its audio group.</summary>
    private static IEnumerable<(HlsVariant Variant, double Peak, double Average)> Measured(
        Output output
    ) =>
        output
            .Variants.Where(each => each.IsWhole && each.Playlist?.TargetDuration is > 0)
            .Select(each =>
            {
                var target = each.Playlist!.TargetDuration!.Value;
                return (
                    each,
                    each.Costliest(rendition => rendition.PeakRate(target)),
                    each.Costliest(rendition => rendition.AverageRate)
                );
            });

    private static void FirstVariant(Output output, Sheet sheet)
    {
        // Every rendition of the picture stands once with each kind of sound.
        var rates = output
            .Variants.Where(each =>
                each.Attributes["AUDIO"] == output.Variants[0].Attributes["AUDIO"]
                && each.Main?.Track?.SampleEntry == output.Variants[0].Main?.Track?.SampleEntry
            )
            .Select(each => each.Attributes.Whole("AVERAGE-BANDWIDTH"))
            .OfType<long>()
            .ToList();
        if (rates.Count > 1)
        {
            var nearest = rates.MinBy(rate => Math.Abs(rate - 2_000_000));
            sheet.Expect(
                rates[0] == nearest,
                output.Variants[0].Where,
                $"{rates[0]} bit/s is first, {nearest} is nearest"
            );
        }
    }

    private static void SeveralRates(Output output, Sheet sheet)
    {
        if (!output.Variants.IsEmpty)
        {
            var rates = output.Variants.Select(each => each.Attributes["BANDWIDTH"]).Distinct();
            sheet.Expect(rates.Count() > 1, output.Multivariant!.Path, $"{rates.Count()}");
        }
    }

    private static void SeveralAtTop(Output output, Sheet sheet)
    {
        var pictures = output
            .Variants.Select(each => each.Main?.Track?.Video?.Picture)
            .OfType<Bitstreams.PictureFacts>()
            .ToList();
        var top = pictures.Select(each => each.Width * each.Height).DefaultIfEmpty().Max();
        if (top >= 1280 * 720)
        {
            var count = pictures.Count(each => each.Width * each.Height == top);
            sheet.Expect(count > 1, output.Multivariant!.Path, $"{count}");
        }
    }

    private static void CellularRate(Output output, Sheet sheet)
    {
        var lowest = output
            .Variants.Select(each => each.Attributes.Whole("BANDWIDTH"))
            .OfType<long>()
            .ToList();
        if (lowest.Count > 0)
        {
            sheet.Expect(
                lowest.Min() <= 192_000,
                output.Multivariant!.Path,
                $"the lowest is {lowest.Min()} bit/s"
            );
        }
    }
}
