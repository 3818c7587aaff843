using Laddermill.Verification;

namespace Laddermill.Tests.Verification;

public sealed class GoodOutputTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_good_output_keeps_every_gate_rule()
    {
        var report = await Verifier.VerifyAsync(
            new MemoryOutput(await Outputs.Good),
            new VerifyOptions(),
            TestContext.Current.CancellationToken
        );

        Assert.Empty(report.BrokenGates);
    }
}
