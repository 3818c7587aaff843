using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>The manifest as a whole: its form, its times and its Periods.</summary>
internal static partial class DashManifestRules
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
            "dash.durations",
            "DASH-IF IOP 3.2.7.4; ISO/IEC 23009-1 §5.3.1.2",
            "Durations can be read and count no years or months.",
            Durations
        ),
        Rule.Gate(
            "dash.period",
            "DASH-IF TIMING 8.1",
            "The first Period starts at 0, the last one has a duration, none is empty, and together they last as long as the presentation.",
            Periods
        ),
        Rule.Gate(
            "dash.presentation-duration",
            "ISO/IEC 23009-1 §5.3.1.2; HLS-AUTH 8.2",
            "mediaPresentationDuration is there and is that of the media, within one frame of picture or sound.",
            PresentationDuration
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

    private static void Durations(Output output, Sheet sheet)
    {
        if (output.Manifest is not { Root: { } root } manifest)
        {
            return;
        }
        var attributes = root.Attributes()
            .Concat(manifest.Periods.SelectMany(period => period.Element.Attributes()))
            .Where(each =>
                each.Name.LocalName
                    is "mediaPresentationDuration"
                        or "minBufferTime"
                        or "maxSegmentDuration"
                        or "start"
                        or "duration"
            );
        foreach (var attribute in attributes)
        {
            var isRight =
                DurationWithoutMonths().IsMatch(attribute.Value)
                && MpdTime.Seconds(attribute.Value) is not null;
            sheet.Expect(isRight, manifest.Path, $"{attribute.Name}='{attribute.Value}'");
        }
    }

    private static void Periods(Output output, Sheet sheet)
    {
        if (output.Manifest is not { Root: not null } manifest)
        {
            return;
        }
        var periods = manifest.Periods;
        sheet.Expect(!periods.IsEmpty, manifest.Path, $"no Period");
        if (periods.IsEmpty)
        {
            return;
        }
        sheet.Expect(
            periods[0].Start == 0,
            manifest.Path,
            $"the first starts at {periods[0].Start} s"
        );
        foreach (var period in periods)
        {
            sheet.Expect(period.Duration is > 0, manifest.Path, $"one lasts {period.Duration} s");
        }
        sheet.Expect(
            periods[^1].Element.Attribute("duration") is not null,
            manifest.Path,
            $"the last one has no @duration"
        );
        if (manifest.Duration is { } total)
        {
            var end = periods[^1].Start + periods[^1].Duration;
            sheet.Expect(
                end is { } until && Math.Abs(until - total) < 0.001,
                manifest.Path,
                $"the last one ends at {end} s, the presentation at {total} s"
            );
        }
    }

    private static void PresentationDuration(Output output, Sheet sheet)
    {
        if (output.Manifest is not { Root: not null } manifest)
        {
            return;
        }
        sheet.Expect(manifest.Duration is > 0, manifest.Path, $"no mediaPresentationDuration");
        var measured = output
            .DashTracks.Select(each => each.Rendition)
            .OfType<Rendition>()
            .ToList();
        if (manifest.Duration is { } declared && measured.Count > 0)
        {
            var longest = measured.MaxBy(each => each.ShownUntil)!;
            sheet.Expect(
                Math.Abs(declared - longest.ShownUntil) <= longest.LongestSample,
                manifest.Path,
                $"{declared} s, {longest.Where} ends at {longest.ShownUntil:0.######} s"
            );
            sheet.Measure($"{declared} s");
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

    [GeneratedRegex("^P(?:[0-9]+D)?(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\\.[0-9]+)?S)?)?$")]
    private static partial Regex DurationWithoutMonths();
}
