using Laddermill.Dispatching;
using Laddermill.Engines.OciContainerInstances;
using Laddermill.OciStandIn.ContainerInstances;
using Laddermill.OciStandIn.Containers;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Engines;

public sealed class OciContainerInstanceEngineTests : EngineContractTests
{
    private protected override async Task<EngineUnderTest> StartEngineAsync()
    {
        var cloud = await OciCloud.StartAsync();
        cloud.StandIn.SetImage(OciCloud.Idle, new CommandImage(Program));
        var engine = new OciContainerInstanceEngine(
            DispatchOptionsReader.Read(cloud.Configuration.GetValueOrDefault).Instances,
            cloud.Access,
            TimeProvider.System,
            retries: 0
        );
        return new EngineUnderTest(
            engine,
            () => SetAsync(Shortage.Limit),
            () => SetAsync(Shortage.None),
            new Ending(engine),
            cloud
        );

        Task SetAsync(Shortage shortage)
        {
            foreach (var domain in (string[])["Uocm:IAD-AD-1", "Uocm:IAD-AD-2"])
            {
                cloud.StandIn.Capacity[domain] = shortage;
            }
            return Task.CompletedTask;
        }
    }

    private sealed class Ending(IDisposable ended) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            ended.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
