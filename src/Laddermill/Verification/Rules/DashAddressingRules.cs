using System.Collections.Immutable;
using System.Xml.Linq;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>How the manifest addresses segments, and whether its time lines are those of the media.</summary>
internal static class DashAddressingRules
{
    private static readonly string[] Addressings =
    [
        "SegmentBase",
        "SegmentTemplate",
        "SegmentList",
    ];

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "dash.addressing",
            "ISO/IEC 23009-1 §5.3.9; DASH-IF TIMING 22",
            "Each Representation of picture or sound has one SegmentTemplate with a SegmentTimeline, and no other addressing on any level.",
            Addressing
        ),
        Rule.Gate(
            "dash.template",
            "ISO/IEC 23009-1 §5.3.9.4.4",
            "Templates use known identifiers only, none that differs by segment in @initialization, and no width on RepresentationID.",
            Template
        ),
    ];

    private static void Addressing(Output output, Sheet sheet)
    {
        if (output.Manifest is not { Root: not null } manifest)
        {
            return;
        }
        foreach (var period in manifest.Periods)
        {
            ExpectOne(sheet, manifest.Path, period.Element);
            foreach (var set in period.Sets)
            {
                ExpectOne(sheet, set.Where, set.Element);
                foreach (var each in set.Representations)
                {
                    ExpectOne(sheet, each.Where, each.Element);
                    if (each.Kind is "video" or "audio")
                    {
                        sheet.Expect(
                            each.Template is { HasTimeline: true, FixedDuration: null },
                            each.Where,
                            $"{(each.Template is null ? "no SegmentTemplate" : "not by SegmentTimeline alone")}"
                        );
                    }
                }
            }
        }
    }

    private static void ExpectOne(Sheet sheet, string where, XElement level)
    {
        var found = level
            .Elements()
            .Select(child => child.Name.LocalName)
            .Where(Addressings.Contains)
            .ToList();
        sheet.Expect(found.Count <= 1, where, $"{string.Join(" and ", found)}");
        var others = found.Except(["SegmentTemplate"]).ToList();
        sheet.Expect(others.Count == 0, where, $"{string.Join(" and ", others)}");
    }

    private static void Template(Output output, Sheet sheet)
    {
        foreach (var each in output.Manifest?.Representations ?? [])
        {
            if (each.Template is { } template)
            {
                Look(sheet, each.Where, template.Initialization, isInit: true);
                Look(sheet, each.Where, template.Media, isInit: false);
            }
        }
    }

    private static void Look(Sheet sheet, string where, string? pattern, bool isInit)
    {
        if (pattern is null)
        {
            return;
        }
        var isRight = TemplateReader
            .Identifier()
            .Matches(pattern)
            .All(match =>
                match.Groups["name"].Value switch
                {
                    "RepresentationID" => !match.Groups["width"].Success,
                    "Number" or "Time" => !isInit,
                    "Bandwidth" or "" => true,
                    _ => false,
                }
            );
        var hasLooseDollar = TemplateReader.Identifier().Replace(pattern, "").Contains('$');
        sheet.Expect(isRight && !hasLooseDollar, where, $"'{pattern}'");
    }
}
