using Laddermill.Verification.Rules;

namespace Laddermill.Verification.Reports;

/// <summary>The report as a table for people.</summary>
public static class ReportText
{
    /// <summary>More of the same tells no more; verify.json has them.</summary>
    private const int ShownFindings = 3;

    /// <summary>Lines without a line break at their end, plain text.</summary>
    public static IEnumerable<string> Lines(Report report)
    {
        yield return report.Output;
        var width = report.Results.Max(result => result.Rule.Id.Length);
        foreach (var (group, title) in RuleCatalogue.Groups)
        {
            var results = report.Results.Where(result => result.Rule.Group == group).ToList();
            var silent = results.Where(IsSilent).ToList();
            if (silent.Count == results.Count)
            {
                continue;
            }
            yield return "";
            yield return title;
            foreach (var line in results.Except(silent).SelectMany(each => Rows(each, width)))
            {
                yield return line;
            }
            if (silent.Count > 0)
            {
                var names = silent.Select(each => each.Rule.Id[(group.Length + 1)..]);
                yield return $"  n/a      {string.Join(", ", names)}";
            }
        }
        yield return "";
        yield return Summary(report);
    }

    /// <summary>One line: verdict and counts.</summary>
    public static string Summary(Report report)
    {
        var gates = report.Count(RuleClass.Gate, Verdict.Pass);
        var broken = report.Count(RuleClass.Gate, Verdict.Fail);
        var advice = report.Count(RuleClass.Advice, Verdict.Pass);
        var ignored = report.Count(RuleClass.Advice, Verdict.Fail);
        var skipped = report.Results.Count(result => result.Verdict == Verdict.Skipped);
        return $"{(report.Passed ? "PASSED" : "FAILED")}: {gates} gate rules hold, {broken} broken; {advice} advices kept, {ignored} not; {skipped} rules not looked at.";
    }

    private static bool IsSilent(RuleResult result) => result.Verdict == Verdict.NotApplicable;

    private static IEnumerable<string> Rows(RuleResult result, int width)
    {
        var rule = result.Rule;
        var level = rule.Level == RuleLevel.Must ? "MUST  " : "SHOULD";
        var text = result.Verdict switch
        {
            Verdict.Fail => $"{result.Failed} of {result.Looked}: {rule.Meaning} ({rule.Source})",
            _ => result.Measured ?? (result.Looked == 1 ? "" : $"{result.Looked} looked at"),
        };
        yield return $"  {Mark(result), -8} {rule.Id.PadRight(width)}  {level}  {text}".TrimEnd();
        foreach (var finding in result.Findings.Take(ShownFindings))
        {
            yield return $"             {finding.Where}: {finding.Found}";
        }
        if (result.Failed > ShownFindings)
        {
            yield return $"             and {result.Failed - ShownFindings} more";
        }
        if (result.Verdict == Verdict.Fail && rule.Decision is { } decision)
        {
            yield return $"             decided: {decision}";
        }
    }

    private static string Mark(RuleResult result) =>
        (result.Verdict, result.Rule.Class) switch
        {
            (Verdict.Pass, _) => "pass",
            (Verdict.Fail, RuleClass.Gate) => "FAIL",
            (Verdict.Fail, _) => "advice",
            _ => "skipped",
        };
}
