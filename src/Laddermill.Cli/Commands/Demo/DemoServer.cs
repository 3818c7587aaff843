using System.Net;
using System.Net.Sockets;
using Laddermill.Cli.Serving;
using Laddermill.Processes;

namespace Laddermill.Cli.Commands.Demo;

/// <summary>The demo's server in a process beside us, which ends with us.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    /// <summary>What the server says when it takes requests.</summary>
    private const string ReadyWords = "listening on";

    private const int PortsToTry = 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>A little more than the server gives its workers.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(40);

    private readonly ToolProcess process;

    private DemoServer(ToolProcess process, Uri address) =>
        (this.process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Starts it where its configuration says, or at the next port that is free, which is written into the configuration then.</summary>
    /// <exception cref="ServerException">It does not start.</exception>
    /// <exception cref="UsageException">There is no server here, or its configuration is wrong.</exception>
    public static async Task<DemoServer> StartAsync(
        DemoFolder place,
        CancellationToken cancellation
    )
    {
        var installation = ServerInstallation.Find();
        for (var tries = 1; ; tries++)
        {
            var address = place.Address();
            if (address.IsLoopback && !IsFree(address.Port))
            {
                place.Listen(FreePort(address.Port));
                address = place.Address();
            }
            var process = ToolProcess.Start(
                installation.Command("--config", place.ConfigurationFile),
                // Asked to end, it is to end in order.
                cancellationToken: CancellationToken.None
            );
            if (await IsReadyAsync(process, cancellation))
            {
                return new DemoServer(process, address);
            }
            var exit = await process.Completion;
            var said = string.Join('\n', process.ErrorTail);
            await process.DisposeAsync();
            // Somebody may have taken the port between our look and the server's.
            if (!address.IsLoopback || IsFree(address.Port) || tries == PortsToTry)
            {
                throw exit.ExitCode == ExitCode.Usage
                    ? new UsageException($"the server refuses its configuration.\n{said}")
                    : new ServerException($"the server does not start.\n{said}");
            }
        }
    }

    /// <exception cref="ServerException">It is gone.</exception>
    public void EnsureAlive()
    {
        if (process.Completion.IsCompleted)
        {
            throw new ServerException(
                $"the server has ended.\n{string.Join('\n', process.ErrorTail)}"
            );
        }
    }

    /// <summary>Lets it end in order: what runs is let go of, and goes on when it is started again.</summary>
    public Task StopAsync() => process.StopAsync(Grace);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await process.DisposeAsync();
    }

    /// <returns>False when it has ended instead.</returns>
    private static async Task<bool> IsReadyAsync(
        ToolProcess process,
        CancellationToken cancellation
    )
    {
        try
        {
            using var timer = new PeriodicTimer(Look, TimeProvider.System);
            while (
                !process.ErrorTail.Any(line =>
                    line.Contains(ReadyWords, StringComparison.OrdinalIgnoreCase)
                )
            )
            {
                if (process.Completion.IsCompleted)
                {
                    return false;
                }
                await timer.WaitForNextTickAsync(cancellation);
            }
            return true;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static int FreePort(int taken) =>
        Enumerable.Range(taken + 1, PortsToTry).FirstOrDefault(port => port < 65536 && IsFree(port))
            is var found
                and > 0
            ? found
            : throw new ServerException(
                $"the ports {taken} to {taken + PortsToTry} are all taken; write a free one into the configuration."
            );

    private static bool IsFree(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
