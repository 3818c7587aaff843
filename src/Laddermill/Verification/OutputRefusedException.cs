using Laddermill.Verification.Reports;

namespace Laddermill.Verification;

/// <summary>An output breaks a gate rule and was therefore not published.</summary>
public sealed class OutputRefusedException(Report report) : Exception(Describe(report))
{
    public Report Report { get; } = report;

    /// <exception cref="OutputRefusedException">A gate rule is broken.</exception>
    public static void ThrowIfBroken(Report report)
    {
        if (!report.Passed)
        {
            throw new OutputRefusedException(report);
        }
    }

    private static string Describe(Report report)
    {
        var broken = report.BrokenGates.ToList();
        var lines = broken.Select(result =>
            $"\n  {result.Rule.Id} ({result.Rule.Source}): {result.Rule.Meaning} Found: {result.Findings[0].Where}: {result.Findings[0].Found}."
        );
        return $"{report.Output} was not published: it breaks {broken.Count} rule{(broken.Count == 1 ? "" : "s")}.{string.Concat(lines)}";
    }
}
