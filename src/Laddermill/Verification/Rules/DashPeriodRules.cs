using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>Times of the manifest: durations and Periods.</summary>
internal static partial class DashPeriodRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
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
    ];

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

    [GeneratedRegex("^P(?:[0-9]+D)?(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\\.[0-9]+)?S)?)?$")]
    private static partial Regex DurationWithoutMonths();
}
