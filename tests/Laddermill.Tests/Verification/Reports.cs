using Laddermill.Verification.Reports;
using Laddermill.Verification.Rules;

namespace Laddermill.Tests.Verification;

internal static class Reports
{
    /// <summary>Fails with what was found where.</summary>
    public static void AssertPassed(Report report) =>
        Assert.True(report.Passed, string.Join('\n', ReportText.Lines(report)));

    /// <summary>Fails where an advice is not kept and nothing says why.</summary>
    public static void AssertDecided(Report report) =>
        Assert.Empty(
            report
                .Results.Where(result =>
                    result.Verdict == Verdict.Fail
                    && result.Rule is { Class: RuleClass.Advice, Decision: null }
                )
                .Select(result => $"{result.Rule.Id}: {result.Findings.FirstOrDefault()}")
        );

    public static Verdict VerdictOf(this Report report, string rule) =>
        report.Results.Single(result => result.Rule.Id == rule).Verdict;
}
