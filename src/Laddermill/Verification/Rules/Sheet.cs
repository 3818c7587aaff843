using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Laddermill.Verification.Reports;

namespace Laddermill.Verification.Rules;

/// <summary>Where a rule writes what it finds while it looks at an output.</summary>
internal sealed class Sheet
{
    /// <summary>A broken writer breaks a rule at every segment: the first few tell as much as thousands.</summary>
    private const int MostFindings = 20;

    private readonly ImmutableArray<Finding>.Builder findings =
        ImmutableArray.CreateBuilder<Finding>();
    private int looked;
    private int failed;
    private string? measured;
    private string? skipped;

    /// <summary>Counts one thing looked at; when it is not as it should be, notes where and what was found instead.</summary>
    /// <param name="found">Made into text only when it is needed.</param>
    public void Expect(
        bool isRight,
        string where,
        [InterpolatedStringHandlerArgument(nameof(isRight))] ref FoundHandler found
    )
    {
        looked++;
        if (isRight)
        {
            return;
        }
        failed++;
        if (findings.Count < MostFindings)
        {
            findings.Add(new(where, found.ToText()));
        }
    }

    /// <summary>Counts things that were looked at and are right.</summary>
    public void Count(int right) => looked += right;

    public void Fail(string where, string found)
    {
        looked++;
        failed++;
        if (findings.Count < MostFindings)
        {
            findings.Add(new(where, found));
        }
    }

    /// <summary>The value that was measured, for the report of a rule that holds.</summary>
    public void Measure(string value) => measured = value;

    /// <summary>Several values, each once.</summary>
    public void Measure(IEnumerable<string?> values) =>
        measured = string.Join(", ", values.OfType<string>().Distinct());

    /// <summary>The rule cannot be looked at now, for this reason.</summary>
    public void Skip(string reason) => skipped = reason;

    public RuleResult Result(Rule rule) =>
        new(
            rule,
            failed > 0 ? Verdict.Fail
                : skipped is not null ? Verdict.Skipped
                : looked > 0 ? Verdict.Pass
                : Verdict.NotApplicable,
            looked,
            failed,
            skipped ?? measured,
            findings.ToImmutable()
        );

    /// <summary>Builds the text only for what is not right.</summary>
    [InterpolatedStringHandler]
    public ref struct FoundHandler
    {
        private DefaultInterpolatedStringHandler text;

        public FoundHandler(int literals, int values, bool isRight, out bool isNeeded)
        {
            isNeeded = !isRight;
            text = isNeeded ? new(literals, values, null) : default;
        }

        public void AppendLiteral(string value) => text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string? format) =>
            text.AppendFormatted(value, format);

        public string ToText() => text.ToStringAndClear();
    }
}
