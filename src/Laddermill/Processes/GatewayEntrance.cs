using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Laddermill.Processes;

/// <summary>Our own gateway, as a tool reaches it.</summary>
/// <param name="Port">The TCP port of loopback.</param>
/// <param name="ServeAsync">Answers on one more listener as on the gateway's own, until the token is cancelled or the gateway closed.</param>
public sealed record LoopbackGateway(int Port, Func<Socket, CancellationToken, Task> ServeAsync);

/// <summary>
/// The gateway's door inside the network of a sandbox, where there is nothing else. Only a process inside can open it: our launcher does so before it becomes the tool,
/// and hands us the listener, which stays one of that network, through a socket that it was born with. Nothing of it has a name outside. Disposing closes the door.
/// </summary>
internal sealed class GatewayEntrance : IDisposable
{
    /// <summary>Connections that wait; ffmpeg opens one at a time.</summary>
    private const int Waiting = 16;

    private readonly Socket ours;
    private readonly SafeSocketHandle theirs;
    private readonly CancellationTokenSource closed = new();

    /// <exception cref="IOException">The kernel refused.</exception>
    public GatewayEntrance() => (ours, theirs) = FileHandover.Pair();

    /// <summary>The number under which the launcher finds its end.</summary>
    public string Number =>
        ((int)theirs.DangerousGetHandle()).ToString(CultureInfo.InvariantCulture);

    /// <summary>The launcher's end, to be lent.</summary>
    public SafeHandle Lent => theirs;

    /// <summary>Lets the gateway serve the listener once it is there; done when it is closed, or was never opened. Never faults.</summary>
    public async Task ServeAsync(LoopbackGateway gateway)
    {
        using (ours)
        {
            try
            {
                // Of no bytes: it ends when there is something to be read.
                await ours.ReceiveAsync(Memory<byte>.Empty, closed.Token).ConfigureAwait(false);
                using var listener = FileHandover.Receive(ours);
                if (listener is not null)
                {
                    await gateway.ServeAsync(listener, closed.Token).ConfigureAwait(false);
                }
            }
            // The tool has ended; its exit code and its stderr tell why, also where the launcher could not open the door.
            catch (Exception e)
                when (e is OperationCanceledException or SocketException or IOException) { }
        }
    }

    public void Dispose() => closed.Cancel();

    /// <summary>Inside: opens the door.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static void Open(int port, int number)
    {
        using var listener = new Socket(
            AddressFamily.InterNetwork,
            SocketType.Stream,
            ProtocolType.Tcp
        );
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(Waiting);
        FileHandover.Send(number, listener);
    }
}
