namespace Laddermill.Verification.Reports;

internal static class VerdictWords
{
    public static string Of(Verdict verdict) =>
        verdict switch
        {
            Verdict.Pass => "pass",
            Verdict.Fail => "fail",
            Verdict.NotApplicable => "not-applicable",
            _ => "skipped",
        };
}
