using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Manifests;

/// <summary>Works out which files a representation's SegmentTemplate names (ISO/IEC 23009-1 §5.3.9.4, §5.3.9.6).</summary>
internal static partial class TemplateReader
{
    /// <summary>More segments than any real presentation has; a hostile repeat count must not fill the memory.</summary>
    private const int MostSegments = 200_000;

    /// <param name="levels">Period, AdaptationSet, Representation: what is nearer replaces what is further out.</param>
    public static Representation Read(
        string path,
        string where,
        string kind,
        ImmutableArray<XElement> levels,
        double? periodDuration
    )
    {
        var element = levels[^1];
        var templates = levels
            .Select(level => level.Element(Manifest.Namespace + "SegmentTemplate"))
            .OfType<XElement>()
            .Reverse()
            .ToList();
        if (templates.Count == 0)
        {
            // One file, for the whole Period: how text is addressed.
            var files = element
                .Elements(Manifest.Namespace + "BaseURL")
                .Select(url => new TimelineEntry(0, 0, OutputPath.Resolve(path, url.Value)));
            return new(element, levels[^2], where, kind, null, null, [.. files]);
        }
        var timeline = templates
            .Select(each => each.Element(Manifest.Namespace + "SegmentTimeline"))
            .FirstOrDefault(each => each is not null);
        var template = new SegmentTemplate(
            Math.Max(1, Whole(templates, "timescale") ?? 1),
            Whole(templates, "presentationTimeOffset") ?? 0,
            Whole(templates, "startNumber") ?? 1,
            Text(templates, "initialization"),
            Text(templates, "media"),
            Whole(templates, "duration"),
            timeline is not null
        );
        var times = timeline is null
            ? FixedTimes(template, periodDuration)
            : TimelineTimes(timeline, template, periodDuration);
        var id = element.Attribute("id")?.Value ?? "";
        var bandwidth = element.Attribute("bandwidth")?.Value ?? "";
        string? Target(string? pattern, long number, long time) =>
            pattern is null
                ? null
                : OutputPath.Resolve(path, Expand(pattern, id, bandwidth, number, time));
        return new(
            element,
            levels[^2],
            where,
            kind,
            template,
            Target(template.Initialization, 0, 0),
            [
                .. times.Select(
                    (entry, index) =>
                        new TimelineEntry(
                            entry.Start,
                            entry.Duration,
                            Target(template.Media, template.StartNumber + index, entry.Start)
                        )
                ),
            ]
        );
    }

    private static List<(long Start, long Duration)> TimelineTimes(
        XElement timeline,
        SegmentTemplate template,
        double? periodDuration
    )
    {
        var times = new List<(long, long)>();
        var rows = timeline.Elements(Manifest.Namespace + "S").ToList();
        long time = 0;
        for (var index = 0; index < rows.Count; index++)
        {
            time = Whole([rows[index]], "t") ?? time;
            var duration = Whole([rows[index]], "d") ?? 0;
            var repeat = Whole([rows[index]], "r") ?? 0;
            if (repeat < 0 && duration > 0)
            {
                // "Until the next S or the end of the Period".
                var end =
                    index + 1 < rows.Count
                        ? Whole([rows[index + 1]], "t") ?? time
                        : template.Offset + (long)((periodDuration ?? 0) * template.Timescale);
                repeat = (end - time + duration - 1) / duration - 1;
            }
            for (long each = 0; each <= repeat && times.Count < MostSegments; each++)
            {
                times.Add((time, duration));
                time += duration;
            }
        }
        return times;
    }

    private static List<(long Start, long Duration)> FixedTimes(
        SegmentTemplate template,
        double? periodDuration
    )
    {
        var times = new List<(long, long)>();
        if (template.FixedDuration is not > 0)
        {
            return times;
        }
        var duration = template.FixedDuration.Value;
        var end = (periodDuration ?? 0) * template.Timescale;
        for (long time = 0; time < end && times.Count < MostSegments; time += duration)
        {
            times.Add((template.Offset + time, duration));
        }
        return times;
    }

    /// <summary>Puts values in place of <c>$Number%05d$</c> and its like; an identifier that is not known stays as it is.</summary>
    private static string Expand(
        string pattern,
        string id,
        string bandwidth,
        long number,
        long time
    ) =>
        Identifier()
            .Replace(
                pattern,
                match =>
                {
                    var width = int.TryParse(match.Groups["width"].Value, out var digits)
                        ? digits
                        : 1;
                    return match.Groups["name"].Value switch
                    {
                        "RepresentationID" => id,
                        "Bandwidth" => bandwidth,
                        "Number" => Padded(number, width),
                        "Time" => Padded(time, width),
                        "" => "$",
                        _ => match.Value,
                    };
                }
            );

    private static string Padded(long value, int width) =>
        value.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');

    private static string? Text(IEnumerable<XElement> elements, string attribute) =>
        elements
            .Select(each => each.Attribute(attribute)?.Value)
            .FirstOrDefault(value => value is not null);

    private static long? Whole(IEnumerable<XElement> elements, string attribute) =>
        long.TryParse(
            Text(elements, attribute),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : null;

    [GeneratedRegex(@"\$(?<name>[A-Za-z]*)(?:%0(?<width>[0-9]{1,2})d)?\$")]
    internal static partial Regex Identifier();
}
