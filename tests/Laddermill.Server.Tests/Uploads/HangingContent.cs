using System.Net;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Uploads;

/// <summary>A body of which some bytes come, and then nothing more until it is let go.</summary>
internal sealed class HangingContent(byte[] beginning) : HttpContent
{
    private readonly TaskCompletionSource end = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public void End() => end.TrySetException(new IOException("The line is cut."));

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(beginning);
        await stream.FlushAsync();
        await end.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>Waits for what a server does by itself.</summary>
internal static class Looking
{
    /// <summary>Until every pipeline's source was compared twice from now on.</summary>
    public static async Task LookedTwiceAsync(this ServerUnderTest server)
    {
        for (var look = 0; look < 2; look++)
        {
            var before = await EndedAsync(server);
            while (await EndedAsync(server) == before)
            {
                await Task.Delay(
                    TimeSpan.FromMilliseconds(50),
                    TimeProvider.System,
                    TestContext.Current.CancellationToken
                );
            }
        }
    }

    private static async Task<string?> EndedAsync(ServerUnderTest server) =>
        (string?)(await server.GetAsync("/pipelines/films"))["lastReconciliation"]?["ended"];
}
