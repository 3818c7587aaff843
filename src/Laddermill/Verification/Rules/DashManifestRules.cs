using System.Collections.Immutable;
using System.Xml.Linq;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>The manifest as a whole: its form, its times and its Periods.</summary>
internal static class DashManifestRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "dash.xml",
            "ISO/IEC 23009-1 §5.2",
            "The manifest is well-formed XML with an MPD element of the DASH namespace.",
            Xml
        ),
        Rule.Gate(
            "dash.schema",
            "ISO/IEC 23009-1 Annex B (DASH-MPD.xsd)",
            "The manifest keeps the XML schema.",
            Schema
        ),
        Rule.Gate(
            "dash.static",
            "DASH-IF IOP 3.2.7.4; ISO/IEC 23009-1 §5.3.1.2",
            "The manifest is static, and has minBufferTime and nothing that only a live one has.",
            Static
        ),
        Rule.Gate(
            "dash.profiles",
            "ISO/IEC 23009-1 §8.1; DASH-IF IOP 3.2.2",
            "@profiles names isoff-live or a CMAF profile, which SegmentTemplate belongs to.",
            Profiles
        ),
        Rule.Gate(
            "dash.ids",
            "ISO/IEC 23009-1 §5.3.2.2, §5.3.3.2, §5.3.5.2",
            "Ids of Periods, of the AdaptationSets of a Period and of its Representations are there where needed and differ.",
            Ids
        ),
    ];

    private static void Xml(Output output, Sheet sheet)
    {
        if (output.Manifest is { } manifest)
        {
            sheet.Expect(manifest.Problem is null, manifest.Path, $"{manifest.Problem}");
        }
    }

    private static void Schema(Output output, Sheet sheet)
    {
        if (output.Manifest?.Root is null)
        {
            return;
        }
        if (output.SchemaFindings is not { } findings)
        {
            sheet.Skip("no DASH-MPD.xsd was given");
            return;
        }
        sheet.Count(1);
        foreach (var finding in findings)
        {
            sheet.Fail(finding.Where, finding.Found);
        }
    }

    private static void Static(Output output, Sheet sheet)
    {
        if (output.Manifest is not { Root: { } root } manifest)
        {
            return;
        }
        var type = root.Attribute("type")?.Value ?? "static";
        sheet.Expect(type == "static", manifest.Path, $"type '{type}'");
        foreach (
            var name in new[]
            {
                "minimumUpdatePeriod",
                "timeShiftBufferDepth",
                "availabilityEndTime",
            }
        )
        {
            sheet.Expect(root.Attribute(name) is null, manifest.Path, $"{name}");
        }
        var buffer = MpdTime.Seconds(root.Attribute("minBufferTime")?.Value);
        sheet.Expect(buffer is > 0, manifest.Path, $"minBufferTime {buffer}");
    }

    private static void Profiles(Output output, Sheet sheet)
    {
        if (output.Manifest is { Root: { } root } manifest)
        {
            var profiles = root.Attribute("profiles")?.Value ?? "";
            sheet.Expect(
                profiles.Contains("profile:isoff-live:") || profiles.Contains("profile:cmaf:"),
                manifest.Path,
                $"'{profiles}'"
            );
        }
    }

    private static void Ids(Output output, Sheet sheet)
    {
        if (output.Manifest is not { Root: not null } manifest)
        {
            return;
        }
        ExpectDistinct(sheet, manifest.Path, manifest.Periods.Select(each => each.Element));
        foreach (var period in manifest.Periods)
        {
            ExpectDistinct(sheet, manifest.Path, period.Sets.Select(each => each.Element));
            var representations = period.Sets.SelectMany(set => set.Representations).ToList();
            ExpectDistinct(sheet, manifest.Path, representations.Select(each => each.Element));
            foreach (var each in representations)
            {
                sheet.Expect(each.Id.Length > 0, each.Where, $"a Representation without id");
            }
        }
    }

    private static void ExpectDistinct(Sheet sheet, string where, IEnumerable<XElement> elements)
    {
        var ids = elements.Attributes("id").Select(each => each.Value);
        foreach (var group in ids.GroupBy(id => id))
        {
            sheet.Expect(
                group.Count() == 1,
                where,
                $"id '{group.Key}' stands {group.Count()} times"
            );
        }
    }
}
