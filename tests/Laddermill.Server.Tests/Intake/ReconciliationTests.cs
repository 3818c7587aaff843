using Laddermill.Server.Intake;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Tests.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Intake;

public sealed class ReconciliationTests
{
    private const string SlowPipeline = """
        "pipelines": [{ "name": "films", "source": "inbox", "destination": "outbox", "settle": "00:00:00.2", "reconcile": "1.00:00:00" }]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Only_what_is_not_known_is_watched_until_it_is_complete()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            SlowPipeline
        );
        server.Drop("known.mp4", [1, 2, 3]);
        await server.JobsAsync(all => all.Count == 1 && (string?)all[0]!["state"] == "succeeded");
        var pipeline = server.Services.GetRequiredService<PipelineSet>().Find("films")!;
        var reconciliation = server.Services.GetRequiredService<Reconciliation>();

        var asked = new List<string>();
        async Task<int> CompareAsync() =>
            await reconciliation.RunAsync(
                pipeline,
                found =>
                {
                    asked.Add(found.Key);
                    return false;
                },
                Cancellation
            );
        Assert.Equal(0, await CompareAsync());
        Assert.Empty(asked);
    }
}
