using Laddermill.Verification;
using Laddermill.Verification.Rules;

namespace Laddermill.Tests.Verification;

/// <summary>A rule that never fails proves nothing: each gate rule is broken on purpose, and it alone must notice.</summary>
public sealed class NegativeProofTests
{
    private static readonly Dictionary<string, Break> Breaks = new[]
    {
        OutputBreaks.All,
        MediaBreaks.All,
        HlsBreaks.All,
        GroupBreaks.All,
        CaptionBreaks.All,
        TextBreaks.All,
        IFrameBreaks.All,
        TransportBreaks.All,
        DashBreaks.All,
    }
        .SelectMany(breaks => breaks)
        .ToDictionary(each => each.ToString());

    public static TheoryData<string> Names => [.. Breaks.Keys];

    [Fact]
    public void Every_gate_rule_has_a_breach() =>
        Assert.Empty(
            RuleCatalogue
                .All.Where(rule => rule.Class == RuleClass.Gate)
                .Select(rule => rule.Id)
                .Except(Breaks.Values.Select(each => each.Rule))
        );

    [Theory(Timeout = 180_000)]
    [MemberData(nameof(Names))]
    public async Task A_breach_is_found_by_its_rule_alone(string name)
    {
        var breach = Breaks[name];
        var edit = new OutputEdit(await breach.From());
        breach.Apply(edit);

        var report = await Verifier.VerifyAsync(
            new MemoryOutput(edit.Files),
            new VerifyOptions(
                Deep: breach.IsDeep,
                SchemaFolder: breach.NeedsSchema ? DashSchema.Folder() : null
            ),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            new[] { breach.Rule }.Concat(breach.Also).Order(),
            report.BrokenGates.Select(result => result.Rule.Id).Order()
        );
        Assert.All(report.BrokenGates, result => Assert.NotEmpty(result.Findings));
    }
}
