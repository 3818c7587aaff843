using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>How strongly the rule's source speaks.</summary>
public enum RuleLevel
{
    Must,
    Should,
}

/// <summary>What a breach means for us.</summary>
public enum RuleClass
{
    /// <summary>Something does not play right: blocks publishing, and <c>verify</c> ends with exit code 1.</summary>
    Gate,

    /// <summary>A platform's certification, delivery or taste: reported only.</summary>
    Advice,
}

/// <summary>One rule that a published output is checked against.</summary>
public sealed record Rule
{
    private Rule(
        string id,
        string source,
        RuleLevel level,
        RuleClass of,
        string meaning,
        Action<Output, Sheet> check
    ) => (Id, Source, Level, Class, Meaning, Check) = (id, source, level, of, meaning, check);

    /// <summary>Never changes once released: group, dot, words.</summary>
    public string Id { get; }

    /// <summary>Where the rule comes from, such as <c>RFC 8216bis §4.4.3.1</c>.</summary>
    public string Source { get; }

    public RuleLevel Level { get; }

    public RuleClass Class { get; }

    /// <summary>One sentence.</summary>
    public string Meaning { get; }

    /// <summary>For an advice that we may decide against: why.</summary>
    public string? Decision { get; private init; }

    /// <summary>The part of the id in front of the dot: one of <see cref="RuleCatalogue.Groups"/>.</summary>
    public string Group => Id[..Id.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Looks at a whole output and writes what it finds on the sheet; changes and reads nothing else.</summary>
    internal Action<Output, Sheet> Check { get; }

    internal static Rule Gate(
        string id,
        string source,
        string meaning,
        Action<Output, Sheet> check,
        RuleLevel level = RuleLevel.Must
    ) => new(id, source, level, RuleClass.Gate, meaning, check);

    internal static Rule Advice(
        string id,
        string source,
        RuleLevel level,
        string meaning,
        Action<Output, Sheet> check,
        string? decision = null
    ) => new(id, source, level, RuleClass.Advice, meaning, check) { Decision = decision };
}
