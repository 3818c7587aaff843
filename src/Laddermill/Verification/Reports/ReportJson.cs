using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Laddermill.Verification.Rules;

namespace Laddermill.Verification.Reports;

/// <summary>The report as <c>verify.json</c> has it; <c>docs/rules.md</c> describes the format.</summary>
public static class ReportJson
{
    /// <summary>Raised when a field changes its meaning or goes; new fields do not raise it.</summary>
    private const int Format = 1;

    private static readonly ReportJsonContext Context = new(
        new JsonSerializerOptions
        {
            WriteIndented = true,
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // Findings hold quotes and arrows; nobody puts this file into a web page.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static byte[] Write(Report report) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new ReportDocument(
                Format,
                report.Output,
                report.Passed ? "pass" : "fail",
                Count(report, RuleClass.Gate),
                Count(report, RuleClass.Advice),
                [.. report.Results.Select(Describe)]
            ),
            Context.ReportDocument
        );

    private static VerdictCounts Count(Report report, RuleClass of) =>
        new(
            report.Count(of, Verdict.Pass),
            report.Count(of, Verdict.Fail),
            report.Count(of, Verdict.NotApplicable),
            report.Count(of, Verdict.Skipped)
        );

    private static ResultDocument Describe(RuleResult result) =>
        new(
            result.Rule.Id,
            result.Rule.Source,
            result.Rule.Level == RuleLevel.Must ? "MUST" : "SHOULD",
            result.Rule.Class == RuleClass.Gate ? "gate" : "advice",
            VerdictWords.Of(result.Verdict),
            result.Looked,
            result.Failed,
            result.Measured,
            result.Verdict == Verdict.Fail ? result.Rule.Decision : null,
            result.Findings
        );
}

internal sealed record ReportDocument(
    int Format,
    string Output,
    string Verdict,
    VerdictCounts Gate,
    VerdictCounts Advice,
    ImmutableArray<ResultDocument> Results
);

internal sealed record VerdictCounts(int Pass, int Fail, int NotApplicable, int Skipped);

internal sealed record ResultDocument(
    string Rule,
    string Source,
    string Level,
    string Class,
    string Verdict,
    int Looked,
    int Failed,
    string? Measured,
    string? Decision,
    ImmutableArray<Finding> Findings
);

[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
