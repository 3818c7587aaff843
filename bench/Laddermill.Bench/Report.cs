using System.Globalization;
using System.Text;

namespace Laddermill.Bench;

/// <summary>Tables in Markdown.</summary>
internal static class Report
{
    /// <summary>For each clip what each shape took, then the ratios of ours to the others.</summary>
    public static string Write(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder();
        foreach (var clip in results.GroupBy(result => result.Clip))
        {
            text.Append(Invariant($"\n### {clip.Key}\n\n"));
            text.Append(
                "| shape | wall s | CPU s | instructions | memory MB | MB | playable s | SSIM, best rung first | worst 1 % | PSNR dB | VMAF |\n|---|---|---|---|---|---|---|---|---|---|---|\n"
            );
            foreach (var result in clip)
            {
                text.Append(Row(result));
            }
        }
        // What comes first is compared with all that follow it, and so is each of our own.
        var shapes = results.Select(result => result.Shape).Distinct().ToArray();
        for (var index = 0; index < shapes.Length - 1; index++)
        {
            if (index == 0 || shapes[index].IsOurs)
            {
                text.Append(Ratios(results, shapes[index], shapes[(index + 1)..]));
            }
        }
        return text.ToString();
    }

    /// <summary>Replaces what stands between the two marks of a page.</summary>
    /// <exception cref="InvalidOperationException">It has no marks.</exception>
    public static void Put(string text, string page)
    {
        const string start = "<!-- figures -->\n";
        const string end = "<!-- end of figures -->";
        var whole = File.ReadAllText(page);
        var (from, to) = (
            whole.IndexOf(start, StringComparison.Ordinal),
            whole.IndexOf(end, StringComparison.Ordinal)
        );
        if (from < 0 || to < from)
        {
            throw new InvalidOperationException(
                $"{page} has no lines '{start.Trim()}' and '{end}' to put the tables between."
            );
        }
        File.WriteAllText(page, whole[..(from + start.Length)] + text + whole[to..]);
    }

    private static string Row(Result result)
    {
        var rungs = result.Output.Rungs;
        return Invariant(
                $"| {result.Shape.Name} | {result.Median(run => run.Wall):0.0} | {result.Median(run => run.Processor):0.0} "
            )
            + (result.Instructions is { } count ? Invariant($"| {count / 1e9:0.0} G ") : "| - ")
            + Invariant(
                $"| {result.Median(run => run.PeakMemory) / 1e6:0} | {result.Output.Bytes / 1e6:0.0} | {result.Median(run => run.Playable):0.0} "
            )
            + $"| {Join(rungs, rung => Invariant($"{rung.Ssim:0.0000}"))} | {Join(rungs, rung => Invariant($"{rung.WorstSsim:0.000}"))} "
            + $"| {Join(rungs, rung => double.IsInfinity(rung.Psnr) ? "equal" : Invariant($"{rung.Psnr:0.0}"))} | {Join(rungs, rung => rung.Vmaf is { } vmaf ? Invariant($"{vmaf:0.0}") : "-")} |\n";
    }

    /// <summary>One shape over each other one: below 1 means that it needs less. Of SSIM the difference, rung by rung.</summary>
    private static string Ratios(
        IReadOnlyList<Result> results,
        Shape first,
        IReadOnlyList<Shape> others
    )
    {
        var text = new StringBuilder(
            Invariant($"\n### {first.Name} over the others\n\n")
                + "| clip | beside | CPU | instructions | wall | bytes | bytes of pictures | playable | memory | SSIM lower by |\n|---|---|---|---|---|---|---|---|---|---|\n"
        );
        foreach (var other in others)
        {
            var pairs = results
                .Where(result => result.Shape == other)
                .Select(result =>
                    (
                        Other: result,
                        Own: results.FirstOrDefault(own =>
                            own.Clip == result.Clip && own.Shape == first
                        )
                    )
                )
                .Where(pair => pair.Own is not null)
                .Select(pair => (pair.Other, Own: pair.Own!))
                .ToArray();
            if (pairs.Length == 0)
            {
                continue;
            }
            foreach (var (theirs, own) in pairs)
            {
                text.Append(Invariant($"| {own.Clip} | {other.Name} "));
                text.Append(
                    string.Concat(
                        Compared.Select(compared => Ratio(compared(own), compared(theirs)))
                    )
                );
                text.Append(
                    Invariant(
                        $"| {string.Join(", ", own.SsimLessThan(theirs).Select(each => Invariant($"{each.Rung} {each.Less:0.0000}")))} |\n"
                    )
                );
            }
            text.Append(Invariant($"| **median** | {other.Name} "));
            foreach (var compared in Compared)
            {
                var ratios = pairs
                    .Select(pair => compared(pair.Own) / compared(pair.Other))
                    .Order()
                    .ToArray();
                text.Append(Ratio(ratios[(ratios.Length - 1) / 2], 1));
            }
            text.Append(
                Invariant(
                    $"| mean {pairs.SelectMany(pair => pair.Own.SsimLessThan(pair.Other)).Average(each => each.Less):0.0000} |\n"
                )
            );
        }
        return text.ToString();
    }

    private static readonly IReadOnlyList<Func<Result, double?>> Compared =
    [
        result => result.Median(run => run.Processor),
        result => result.Instructions,
        result => result.Median(run => run.Wall),
        result => result.Output.Bytes,
        result => result.Output.Rungs.Sum(rung => rung.Bytes),
        result => result.Median(run => run.Playable),
        result => result.Median(run => run.PeakMemory),
    ];

    private static string Ratio(double? own, double? other) =>
        own / other is { } ratio ? Invariant($"| {ratio:0.00} ") : "| - ";

    private static string Join(IEnumerable<RungQuality> rungs, Func<RungQuality, string> text) =>
        string.Join(", ", rungs.Select(text));

    private static string Invariant(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
