using System.Collections.Immutable;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>Captions inside the pictures, beside what is said of them.</summary>
internal static class CaptionRules
{
    private const string Scheme = "urn:scte:dash:cc:cea-";

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "hls.captions",
            "HLS-AUTH 4.3; RFC 8216bis §4.4.6.2",
            "CLOSED-CAPTIONS names a group where the pictures carry CEA-608/708 captions, and nowhere else.",
            Hls
        ),
        Rule.Gate(
            "dash.captions",
            "SCTE 214-1 §7.2.3",
            "An AdaptationSet has an Accessibility descriptor of CEA-608/708 where its pictures carry such captions, and nowhere else.",
            Dash
        ),
    ];

    private static void Hls(Output output, Sheet sheet)
    {
        foreach (var variant in output.Variants.Where(each => each.Main is { IsVideo: true }))
        {
            var group = variant.Attributes["CLOSED-CAPTIONS"];
            Expect(sheet, variant.Where, group is not (null or "NONE"), Carries(variant.Main!));
        }
    }

    private static void Dash(Output output, Sheet sheet)
    {
        foreach (var track in output.DashTracks)
        {
            if (track.Rendition is { IsVideo: true } rendition)
            {
                var isSaid = track
                    .Representation.Elements("Accessibility")
                    .Any(each =>
                        each.Attribute("schemeIdUri")
                            ?.Value.StartsWith(Scheme, StringComparison.Ordinal) == true
                    );
                Expect(sheet, track.Representation.Where, isSaid, Carries(rendition));
            }
        }
    }

    private static void Expect(Sheet sheet, string where, bool isSaid, bool isThere) =>
        sheet.Expect(
            isSaid == isThere,
            where,
            $"captions are {(isSaid ? "declared" : "not declared")} and {(isThere ? "there" : "not there")}"
        );

    private static bool Carries(Rendition rendition) =>
        rendition.Fragments.Any(fragment => fragment.HasCaptions);
}
