using Laddermill.Engines;
using Laddermill.Server.Tests.TestServers;

[assembly: AssemblyFixture(typeof(Laddermill.Server.Tests.Console.ConsoleServer))]

namespace Laddermill.Server.Tests.Console;

/// <summary>
/// One open server for all tests of the console, started by the first that asks. What its workers do, the name of the film says: <c>slow</c> runs until it is stopped, <c>broken</c> fails,
/// <c>hostile</c> is rejected, anything else ends well at once.
/// </summary>
public sealed class ConsoleServer : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private ServerUnderTest? server;

    /// <summary>What a worker that is in the middle of a film has said last.</summary>
    public const string Midway =
        """{"progress":{"phase":"encode","duration":596.5,"elapsed":61.2,"speed":4.2,"remaining":83.5,"renditions":[{"name":"video-1080p","seconds":248.5,"bytes":131072000},{"name":"video-720p","seconds":251,"bytes":70254592},{"name":"audio-eng-2ch","seconds":310,"bytes":4980736}],"fraction":0.42}}""";

    internal async Task<ServerUnderTest> StartedAsync()
    {
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return server ??= await ServerUnderTest.StartAsync(
                new PlayedEngine(PlayAsync) { Log = Midway },
                """
                "pipelines": [
                    { "name": "films", "source": "inbox", "destination": "outbox", "settle": "00:00:00.1", "maxAttempts": 1 },
                    { "name": "trailers", "source": "trailers", "destination": "trailers-out", "settle": "00:00:00.1", "maxAttempts": 1 }
                ],
                "engine": { "slots": 8 },
                "access": { "requestsPerSecond": 0 },
                "prices": { "currency": "EUR", "processorHour": 0.04, "memoryHour": 0.005 }
                """
            );
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>Drops a film into a pipeline's source, and waits until its job is as wanted.</summary>
    /// <returns>The job's id.</returns>
    internal async Task<string> DropAsync(string name, string state, string folder = "inbox")
    {
        var at = await StartedAsync();
        var path = Path.Combine(at.Folder, folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, name, TestContext.Current.CancellationToken);
        var found = await at.JobsAsync(
            jobs => jobs.Any(job => (string?)job!["state"] == state),
            $"&search={Uri.EscapeDataString(name)}"
        );
        return (string)found.First(job => (string?)job!["state"] == state)!["id"]!;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
        starting.Dispose();
    }

    private static async Task<PlayedEnd> PlayAsync(EngineWork work, CancellationToken stop)
    {
        var document = work.Arguments[1];
        if (document.Contains("slow", StringComparison.OrdinalIgnoreCase))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
                .ContinueWith(
                    _ => { },
                    CancellationToken.None,
                    TaskContinuationOptions.None,
                    TaskScheduler.Default
                );
            return new PlayedEnd(130);
        }
        return document.Contains("broken", StringComparison.OrdinalIgnoreCase)
                ? new PlayedEnd(
                    1,
                    """{"result":{"state":"failed","code":"tool","reason":"ffmpeg could not encode the film.\n[h264 @ 0x55] error while decoding MB 12 7\nConversion failed!"}}"""
                )
            : document.Contains("hostile", StringComparison.OrdinalIgnoreCase)
                ? new PlayedEnd(
                    3,
                    """{"result":{"state":"rejected","code":"no-media","reason":"The source holds neither pictures nor sound."}}"""
                )
            : new PlayedEnd(0, """{"result":{"state":"done","revision":"mf4k2c7a"}}""");
    }
}
