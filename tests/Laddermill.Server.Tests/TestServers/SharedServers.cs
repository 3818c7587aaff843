namespace Laddermill.Server.Tests.TestServers;

/// <summary>One server for all tests of a class that leave it as it is; workers end at once.</summary>
public class OpenServer : IAsyncLifetime
{
    internal ServerUnderTest Server { get; private set; } = null!;

    protected virtual string Configuration =>
        ServerUnderTest.OnePipeline + """, "access": { "requestsPerSecond": 0 } """;

    public async ValueTask InitializeAsync() =>
        Server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0), Configuration);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The same, asking for keys.</summary>
public sealed class SharedKeptServer : OpenServer
{
    protected override string Configuration => KeptServer.Configuration;
}
