namespace Laddermill.Tests.Verification;

/// <summary>One way to break one gate rule.</summary>
/// <param name="Rule">The rule that must be seen to fail.</param>
/// <param name="How">In words, for the test's name.</param>
internal sealed record Break(string Rule, string How, Action<OutputEdit> Apply)
{
    /// <summary>Gate rules that the same breach breaks too, because one thing cannot be without the other.</summary>
    public string[] Also { get; init; } = [];

    public Func<Task<IReadOnlyDictionary<string, byte[]>>> From { get; init; } = () => Outputs.Good;

    /// <summary>Whether only decoding can see it.</summary>
    public bool IsDeep { get; init; }

    /// <summary>Whether only the XML schema can see it.</summary>
    public bool NeedsSchema { get; init; }

    public override string ToString() => $"{Rule}: {How}";
}
