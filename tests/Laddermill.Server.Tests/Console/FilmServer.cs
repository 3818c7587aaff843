using Laddermill.Server.Tests.TestServers;

[assembly: AssemblyFixture(typeof(Laddermill.Server.Tests.Console.FilmServer))]

namespace Laddermill.Server.Tests.Console;

/// <summary>A server with real workers, and one real film of 14 seconds that they made; started by the first test that asks.</summary>
public sealed class FilmServer : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private ServerUnderTest? server;
    private string? job;

    internal async Task<(ServerUnderTest Server, string Job)> StartedAsync()
    {
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (server is null || job is null)
            {
                server = await ServerUnderTest.StartAsync(
                    configuration: ServerUnderTest.OnePipeline
                        + """, "access": { "requestsPerSecond": 0 }"""
                );
                server.Drop("Holidays on Öland.mp4", await Films.MakeAsync(14, height: 720));
                var made = (await server.JobsAsync(jobs => jobs.Count == 1))[0]!;
                job = (string)made["id"]!;
                var end = await server.EndOfAsync(job);
                Assert.Equal("succeeded", (string?)end["state"]);
            }
            return (server, job);
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
        starting.Dispose();
    }
}
