using Laddermill.Engines;
using Laddermill.Engines.ChildProcesses;

namespace Laddermill.Tests.Engines;

public sealed class ProcessEngineTests : EngineContractTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected override Task<EngineUnderTest> StartEngineAsync()
    {
        var engine = new ProcessEngine(new ProcessEngineOptions([.. Program], Slots: 1));
        EngineRun? other = null;
        return Task.FromResult(
            new EngineUnderTest(
                engine,
                async () =>
                    other = await engine.StartAsync(
                        Work("stay") with
                        {
                            Job = "other",
                        },
                        Cancellation
                    ),
                () => engine.RemoveAsync(other!.Id, Cancellation),
                engine
            )
        );
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told()
    {
        await using var engine = new ProcessEngine(
            new ProcessEngineOptions(["/nowhere/laddermill"], 1)
        );

        var failure = await Assert.ThrowsAsync<EngineException>(() =>
            engine.StartAsync(Work("end"), Cancellation)
        );

        Assert.Contains("/nowhere/laddermill", failure.Message, StringComparison.Ordinal);
    }
}
