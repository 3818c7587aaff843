using System.Globalization;
using System.Text;

namespace Laddermill.Tests.Corpus;

/// <summary>docs/compatibility.md: how the files of the corpus fare.</summary>
internal static class CompatibilityPage
{
    public const string Begin = "<!-- runs: written by CompatibilityTests -->\n";
    public const string End = "<!-- end -->";

    /// <summary>What does not depend on the machine: the sums, the table by kind, and every refusal and warning in words.</summary>
    public static string Write(IReadOnlyCollection<(CorpusEntry Entry, CorpusRun Run)> runs)
    {
        var page = new StringBuilder(Begin);
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"\nOf {runs.Count} files {runs.Count(IsPublished)} were published, {runs.Count(IsWarned)} published with a warning, and {runs.Count(IsRefused)} refused with a code.\n"
        );
        page.AppendLine("| kind | files | published | with a warning | refused |");
        page.AppendLine("|---|---|---|---|---|");
        foreach (
            var kind in runs.GroupBy(run => run.Entry.Kind)
                .OrderBy(kind => kind.Key, StringComparer.Ordinal)
        )
        {
            var codes = kind.Where(IsRefused)
                .GroupBy(run => run.Run.Refusal, StringComparer.Ordinal)
                .OrderBy(code => code.Key, StringComparer.Ordinal)
                .Select(code => $"{code.Count()} `{code.Key}`");
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {kind.Key} | {kind.Count()} | {kind.Count(IsPublished)} | {kind.Count(IsWarned)} | {string.Join(", ", codes)} |"
            );
        }
        page.AppendLine("\n## Refused, and why\n\n| file | code | why |\n|---|---|---|");
        foreach (var (entry, run) in runs.Where(IsRefused))
        {
            // Where the corpus lies on this machine is nobody's business.
            var sentence = run
                .Sentence.Split("): ", 2)[1]
                .Replace(TestMedia.CorpusFile(entry.File), entry.File, StringComparison.Ordinal);
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {Cell(entry.File)} | `{run.Refusal}` | {Cell(sentence)} |"
            );
        }
        page.AppendLine("\n## Published with a warning\n\n| file | what was said |\n|---|---|");
        foreach (var (entry, run) in runs.Where(IsWarned))
        {
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {Cell(entry.File)} | {Cell(string.Join(' ', run.Warnings))} |"
            );
        }
        return page.AppendLine().ToString();
    }

    private static bool IsPublished((CorpusEntry, CorpusRun Run) run) =>
        run.Run is { Code: 0, Warnings.IsEmpty: true };

    private static bool IsWarned((CorpusEntry, CorpusRun Run) run) =>
        run.Run is { Code: 0, Warnings.IsEmpty: false };

    private static bool IsRefused((CorpusEntry, CorpusRun Run) run) => run.Run.Refusal is not null;

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
