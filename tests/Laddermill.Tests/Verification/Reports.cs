using Laddermill.Verification.Reports;

namespace Laddermill.Tests.Verification;

internal static class Reports
{
    /// <summary>Fails with what was found where.</summary>
    public static void AssertPassed(Report report) =>
        Assert.True(report.Passed, string.Join('\n', ReportText.Lines(report)));

    public static Verdict VerdictOf(this Report report, string rule) =>
        report.Results.Single(result => result.Rule.Id == rule).Verdict;
}
