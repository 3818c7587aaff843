using System.Net;
using System.Net.Sockets;

namespace Laddermill.Tests.TestServers;

/// <summary>
/// Stands between a client and a server and cuts the connection as soon as the server answers, as many times as asked: the server has done
/// its work, and the client does not know.
/// </summary>
internal sealed class AnswerCutter : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Uri server;
    private readonly Task accepting;
    private int cuts;

    public AnswerCutter(Uri server)
    {
        this.server = server;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Answers still to be cut.</summary>
    public int Cuts
    {
        get => cuts;
        set => cuts = value;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true)
                relays.Add(RelayAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var upstream = new TcpClient();
        using (client)
        {
            await upstream.ConnectAsync(server.Host, server.Port);
            try
            {
                var asking = client.GetStream().CopyToAsync(upstream.GetStream(), stopping.Token);
                await Task.WhenAny(asking, AnswerAsync(upstream, client));
            }
            // One side hung up, or the test is over.
            catch (Exception e) when (e is IOException or OperationCanceledException) { }
        }
    }

    private async Task AnswerAsync(TcpClient upstream, TcpClient client)
    {
        var buffer = new byte[64 * 1024];
        int got;
        while ((got = await upstream.GetStream().ReadAsync(buffer, stopping.Token)) > 0)
        {
            if (Interlocked.Decrement(ref cuts) >= 0)
            {
                client.LingerState = new LingerOption(true, 0);
                return;
            }
            await client.GetStream().WriteAsync(buffer.AsMemory(0, got), stopping.Token);
        }
    }
}
