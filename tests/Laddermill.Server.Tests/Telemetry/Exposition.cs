using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Laddermill.Server.Tests.Telemetry;

/// <summary>
/// Reads Prometheus' text format as strictly as https://prometheus.io/docs/instrumenting/exposition_formats/ allows, and says what is wrong with it: Prometheus
/// itself drops the whole answer for one wrong line.
/// </summary>
internal sealed partial class Exposition
{
    private static readonly string[] Types =
    [
        "counter",
        "gauge",
        "histogram",
        "summary",
        "untyped",
    ];

    private readonly List<Sample> samples = [];
    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);

    public IReadOnlyList<Sample> Samples => samples;

    /// <summary>Names of all metrics that it speaks of.</summary>
    public IReadOnlyCollection<string> Families => types.Keys;

    /// <exception cref="FormatException">The text is none.</exception>
    public static Exposition Parse(string text)
    {
        Must(text.EndsWith('\n'), "the last line does not end");
        var read = new Exposition();
        var (family, closed) = ("", new HashSet<string>(StringComparer.Ordinal));
        var (helped, seen) = (new HashSet<string>(), new HashSet<string>());
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line.StartsWith('#'))
            {
                var words = line.Split(' ', 4);
                if (words.Length < 4 || words[1] is not ("HELP" or "TYPE"))
                {
                    Must(!line.StartsWith("# HELP", StringComparison.Ordinal), line);
                    Must(!line.StartsWith("# TYPE", StringComparison.Ordinal), line);
                    continue;
                }
                var name = words[2];
                Must(MetricName().IsMatch(name), line);
                if (words[1] == "HELP")
                {
                    Must(helped.Add(name), $"two helps: {line}");
                }
                else
                {
                    Must(Types.Contains(words[3]), line);
                    Must(read.types.TryAdd(name, words[3]), $"two types: {line}");
                }
                if (name != family)
                {
                    Must(closed.Add(name), $"a family is torn apart: {line}");
                    family = name;
                }
                continue;
            }
            if (line.Length == 0)
            {
                continue;
            }
            var sample = ReadSample(line);
            Must(
                read.FamilyOf(sample.Name) == family && read.types.ContainsKey(family),
                $"a sample outside of its family {family}: {line}"
            );
            Must(seen.Add(sample.Series), $"the same series twice: {line}");
            read.samples.Add(sample);
        }
        read.CheckValues();
        return read;
    }

    /// <summary>The sum of all series of a name that have these labels at least.</summary>
    public double Sum(string name, params (string Label, string Value)[] labels)
    {
        var found = samples
            .Where(sample =>
                sample.Name == name
                && labels.All(label => sample.Labels.GetValueOrDefault(label.Label) == label.Value)
            )
            .ToList();
        return found.Count > 0
            ? found.Sum(sample => sample.Value)
            : throw new FormatException($"There is no {name} {string.Join(',', labels)}.");
    }

    private static Sample ReadSample(string line)
    {
        var match = SampleLine().Match(line);
        Must(match.Success, $"no sample: {line}");
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>();
        for (var index = 0; index < match.Groups["label"].Captures.Count; index++)
        {
            var label = match.Groups["label"].Captures[index].Value;
            Must(!labels.ContainsKey(label), $"a label twice: {line}");
            labels[label] = match.Groups["text"].Captures[index].Value;
        }
        var number = match.Groups["value"].Value;
        var value = number switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        return new Sample(match.Groups["name"].Value, labels.ToImmutable(), value);
    }

    private string FamilyOf(string name)
    {
        foreach (var suffix in new[] { "_bucket", "_sum", "_count" })
        {
            if (
                name.EndsWith(suffix, StringComparison.Ordinal)
                && types.GetValueOrDefault(name[..^suffix.Length]) is "histogram" or "summary"
            )
            {
                return name[..^suffix.Length];
            }
        }
        return name;
    }

    private void CheckValues()
    {
        foreach (var sample in samples.Where(each => types[FamilyOf(each.Name)] == "counter"))
        {
            Must(sample.Value >= 0, $"a counter below zero: {sample.Series}");
            Must(
                sample.Name.EndsWith("_total", StringComparison.Ordinal),
                $"a counter without _total: {sample.Series}"
            );
        }
        foreach (var (family, _) in types.Where(each => each.Value == "histogram"))
        {
            var buckets = samples
                .Where(each => each.Name == $"{family}_bucket")
                .GroupBy(each => Series("", each.Labels.Remove("le")));
            foreach (var group in buckets)
            {
                var bounds = group.Select(each => Bound(each.Labels["le"])).ToList();
                var counts = group.Select(each => each.Value).ToList();
                Must(bounds.SequenceEqual(bounds.Order()), $"buckets out of order: {family}");
                Must(counts.SequenceEqual(counts.Order()), $"buckets do not add up: {family}");
                Must(double.IsPositiveInfinity(bounds[^1]), $"no last bucket: {family}");
                var count = samples.Single(each =>
                    each.Name == $"{family}_count" && Series("", each.Labels) == group.Key
                );
                Must(count.Value == counts[^1], $"count and last bucket differ: {family}");
                Must(
                    samples.Any(each =>
                        each.Name == $"{family}_sum" && Series("", each.Labels) == group.Key
                    ),
                    $"no sum: {family}"
                );
            }
        }
    }

    private static double Bound(string text) =>
        text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    private static string Series(string name, ImmutableSortedDictionary<string, string> labels) =>
        $"{name}{{{string.Join(',', labels.Select(each => $"{each.Key}=\"{each.Value}\""))}}}";

    private static void Must(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw new FormatException(otherwise);
        }
    }

    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*\z")]
    private static partial Regex MetricName();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>([^"\\]|\\[\\"n])*)")(,(?!\})|,?(?=\})))*\})? (?<value>[+-]Inf|NaN|[-+]?[0-9.]+([eE][-+]?[0-9]+)?)( -?[0-9]+)?\z"""
    )]
    private static partial Regex SampleLine();

    public sealed record Sample(
        string Name,
        ImmutableSortedDictionary<string, string> Labels,
        double Value
    )
    {
        public string Series => Exposition.Series(Name, Labels);
    }
}
