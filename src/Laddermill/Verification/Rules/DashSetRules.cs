using System.Collections.Immutable;
using System.Xml.Linq;
using Laddermill.Media;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What the manifest says of its AdaptationSets.</summary>
internal static class DashSetRules
{
    private static readonly string[] MimeTypes =
    [
        "video/mp4",
        "audio/mp4",
        "application/mp4",
        "application/ttml+xml",
        "text/vtt",
        "image/jpeg",
    ];

    /// <summary>Values of urn:mpeg:dash:role:2011 (ISO/IEC 23009-1 §5.8.5.5).</summary>
    private static readonly string[] Roles =
    [
        "caption",
        "subtitle",
        "main",
        "alternate",
        "supplementary",
        "commentary",
        "dub",
        "description",
        "sign",
        "metadata",
        "enhanced-audio-intelligibility",
        "emergency",
        "forced-subtitle",
        "forced_subtitle",
        "easyreader",
        "karaoke",
    ];

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "dash.segment-alignment",
            "ISO/IEC 23009-1 §8.4; DASH-IF IOP 3.2.4",
            "Every AdaptationSet of picture or sound says segmentAlignment=\"true\".",
            SegmentAlignment
        ),
        Rule.Gate(
            "dash.mime-type",
            "DASH-IF IOP 3.2.4; ISO/IEC 23009-1 §5.3.7.2",
            "Each Representation has a MIME type that players know, one kind of media in each AdaptationSet.",
            MimeType
        ),
        Rule.Gate(
            "dash.language",
            "DASH-IF IOP 3.2.4; RFC 5646",
            "Every audio and text AdaptationSet has @lang, written as RFC 5646 has it.",
            Language
        ),
        Rule.Gate(
            "dash.roles",
            "DASH-IF IOP 3.2.4; DVB-DASH 6.1.2",
            "Where there are several AdaptationSets of a kind, each has a Role of the 2011 scheme and one is main.",
            Role
        ),
        Rule.Gate(
            "dash.bounds",
            "ISO/IEC 23009-1 §5.3.3.2",
            "min and max attributes of an AdaptationSet bound those of its Representations.",
            Bounds
        ),
        Rule.Gate(
            "dash.bitstream-switching",
            "DASH-IF IOP 6.2.5.2",
            "No AdaptationSet says bitstreamSwitching=\"true\", which obliges to parameters in the bitstream.",
            BitstreamSwitching
        ),
    ];

    private static IEnumerable<AdaptationSet> Sets(Output output) => output.Manifest?.Sets ?? [];

    private static void SegmentAlignment(Output output, Sheet sheet)
    {
        foreach (var set in Sets(output).Where(each => each.Kind is "video" or "audio"))
        {
            var said = set["segmentAlignment"];
            sheet.Expect(said is "true" or "1", set.Where, $"segmentAlignment '{said}'");
        }
    }

    private static void MimeType(Output output, Sheet sheet)
    {
        foreach (var set in Sets(output))
        {
            foreach (var each in set.Representations)
            {
                var type = each["mimeType"] ?? "";
                sheet.Expect(MimeTypes.Contains(type), each.Where, $"'{type}'");
            }
            var types = set.Representations.Select(each => each["mimeType"]).Distinct().Count();
            sheet.Expect(types <= 1, set.Where, $"{types} MIME types");
        }
    }

    private static void Language(Output output, Sheet sheet)
    {
        foreach (var set in Sets(output).Where(each => each.Kind is "audio" or "text"))
        {
            var language = set["lang"];
            sheet.Expect(HlsGroupRules.IsLanguage(language), set.Where, $"lang '{language}'");
        }
    }

    private static void Role(Output output, Sheet sheet)
    {
        foreach (var kind in Sets(output).GroupBy(each => each.Kind))
        {
            var roles = kind.Select(set => (set, Values: RolesOf(set))).ToList();
            foreach (var (set, values) in roles)
            {
                var unknown = values.Except(Roles).ToList();
                sheet.Expect(unknown.Count == 0, set.Where, $"Role {string.Join(", ", unknown)}");
                sheet.Expect(roles.Count == 1 || values.Count > 0, set.Where, $"no Role");
            }
            sheet.Expect(
                roles.Count == 1
                    || kind.Key is not ("video" or "audio")
                    || roles.Any(each => each.Values.Contains("main")),
                output.Manifest!.Path,
                $"no {kind.Key} AdaptationSet is main"
            );
        }
    }

    private static List<string> RolesOf(AdaptationSet set) =>
        [
            .. set.Elements("Role")
                .Where(each => each.Attribute("schemeIdUri")?.Value == "urn:mpeg:dash:role:2011")
                .Select(each => each.Attribute("value")?.Value ?? ""),
        ];

    private static void Bounds(Output output, Sheet sheet)
    {
        foreach (var set in Sets(output))
        {
            foreach (var name in new[] { "width", "height", "frameRate", "bandwidth" })
            {
                var suffix = char.ToUpperInvariant(name[0]) + name[1..];
                foreach (var each in set.Representations)
                {
                    var value = Rational.Parse(each[name]);
                    ExpectBound(sheet, set.Element, "max" + suffix, value, each, isMost: true);
                    ExpectBound(sheet, set.Element, "min" + suffix, value, each, isMost: false);
                }
            }
        }
    }

    private static void ExpectBound(
        Sheet sheet,
        XElement set,
        string name,
        Rational? value,
        Representation representation,
        bool isMost
    )
    {
        if (Rational.Parse(set.Attribute(name)?.Value) is { } bound && value is { } own)
        {
            sheet.Expect(
                isMost ? own <= bound : own >= bound,
                representation.Where,
                $"{own} with {name} {bound}"
            );
        }
    }

    private static void BitstreamSwitching(Output output, Sheet sheet)
    {
        foreach (var set in Sets(output))
        {
            var said = set["bitstreamSwitching"];
            sheet.Expect(said is not ("true" or "1"), set.Where, $"bitstreamSwitching '{said}'");
        }
    }
}
