using System.Collections.Immutable;
using Laddermill.Verification.Rules;

namespace Laddermill.Verification.Reports;

public enum Verdict
{
    Pass,
    Fail,

    /// <summary>Nothing in this output that the rule speaks of.</summary>
    NotApplicable,

    /// <summary>The rule could not be looked at; the result's measured value says why.</summary>
    Skipped,
}

/// <summary>What was found of one output.</summary>
/// <param name="Output">The output's address, for people.</param>
/// <param name="Results">One for each rule of the catalogue, in its order.</param>
public sealed record Report(string Output, ImmutableArray<RuleResult> Results)
{
    /// <summary>Whether every gate rule holds, so that the output may be published.</summary>
    public bool Passed => !BrokenGates.Any();

    public IEnumerable<RuleResult> BrokenGates =>
        Results.Where(result =>
            result.Verdict == Verdict.Fail && result.Rule.Class == RuleClass.Gate
        );

    public int Count(RuleClass of, Verdict verdict) =>
        Results.Count(result => result.Rule.Class == of && result.Verdict == verdict);
}

/// <param name="Looked">How many things (playlists, segments, attributes …) were looked at.</param>
/// <param name="Failed">How many of them were not as they should be.</param>
/// <param name="Measured">The value measured, or why the rule was skipped; null when there is nothing to say.</param>
/// <param name="Findings">The first of those that failed.</param>
public sealed record RuleResult(
    Rule Rule,
    Verdict Verdict,
    int Looked,
    int Failed,
    string? Measured,
    ImmutableArray<Finding> Findings
);

/// <param name="Where">File, line or part of the output.</param>
/// <param name="Found">What was found there.</param>
public sealed record Finding(string Where, string Found);
