using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>Bit rates that the manifest declares, and sheets of thumbnails.</summary>
internal static class DashRateRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "dash.bandwidth",
            "ISO/IEC 23009-1 §5.3.5.2; Laddermill: at most 10 % above the peak",
            "At @bandwidth no start runs dry after minBufferTime, and it is at most 10 % above the measured peak.",
            Bandwidth
        ),
        Rule.Gate(
            "dash.thumbnails",
            "DASH-IF IOP 6.2.6",
            "An image AdaptationSet says its tiles (thumbnail_tile), and its images are of the size that @width and @height say.",
            Thumbnails
        ),
    ];

    private static void Bandwidth(Output output, Sheet sheet)
    {
        var buffer = MpdTime.Seconds(output.Manifest?.Root?.Attribute("minBufferTime")?.Value);
        foreach (var (representation, rendition) in output.DashTracks)
        {
            if (rendition is null)
            {
                continue;
            }
            var isNumber = long.TryParse(
                representation["bandwidth"],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var declared
            );
            var longest = rendition.Segments.Max(each => each.Duration);
            var peak = rendition.PeakRate((double)longest / rendition.Timescale);
            sheet.Expect(
                isNumber && (buffer is null || Shortfall(rendition, declared) <= declared * buffer),
                representation.Where,
                $"{declared} bit/s runs dry after {buffer} s of buffer, measured peak {peak:0}"
            );
            sheet.Expect(
                declared <= peak * 1.1,
                representation.Where,
                $"{declared} bit/s, measured peak {peak:0}"
            );
        }
    }

    /// <summary>
    /// The most bits that are still missing at the end of any run of fragments when a client that starts with the run reads at the declared
    /// rate while it plays: they must have come before it started.
    /// </summary>
    private static double Shortfall(Rendition rendition, long rate)
    {
        var (open, worst) = (0.0, 0.0);
        foreach (var fragment in rendition.Fragments)
        {
            open += fragment.Bytes * 8 - (double)rate * fragment.Duration / rendition.Timescale;
            open = Math.Max(0, open);
            worst = Math.Max(worst, open);
        }
        return worst;
    }

    private static void Thumbnails(Output output, Sheet sheet)
    {
        foreach (var representation in output.Manifest?.Representations ?? [])
        {
            if (representation.Kind != "image")
            {
                continue;
            }
            var tiles = representation
                .Elements("EssentialProperty")
                .FirstOrDefault(each =>
                    each.Attribute("schemeIdUri")?.Value
                        is "http://dashif.org/guidelines/thumbnail_tile"
                            or "http://dashif.org/thumbnail_tile"
                )
                ?.Attribute("value")
                ?.Value;
            var grid = (tiles ?? "").Split('x');
            sheet.Expect(
                grid.Length == 2
                    && grid.All(each => int.TryParse(each, out var count) && count > 0),
                representation.Where,
                $"thumbnail_tile '{tiles}'"
            );
            foreach (var entry in representation.Segments)
            {
                if (output.Files.GetValueOrDefault(entry.Target ?? "") is OtherFacts image)
                {
                    sheet.Expect(
                        representation["width"] == $"{image.Width}"
                            && representation["height"] == $"{image.Height}",
                        image.Path,
                        $"{image.Width}x{image.Height}, the manifest says {representation["width"]}x{representation["height"]}"
                    );
                }
            }
        }
    }
}
