using System.Net.Sockets;

namespace Laddermill.Verification;

/// <summary>Hands an init segment and some media to the first reader that comes, over a Unix socket: nothing touches the disk.</summary>
internal sealed class MediaSocket : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-");
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, default);
    private readonly Task serving;

    public MediaSocket(ReadOnlyMemory<byte> init, ReadOnlyMemory<byte> media)
    {
        var path = Path.Combine(folder.FullName, "in");
        Address = $"unix:{path}";
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        serving = ServeAsync(init, media);
    }

    /// <summary>As ffmpeg takes it for <c>-i</c>.</summary>
    public string Address { get; }

    private async Task ServeAsync(ReadOnlyMemory<byte> init, ReadOnlyMemory<byte> media)
    {
        try
        {
            using var peer = await listener.AcceptAsync().ConfigureAwait(false);
            await SendAsync(peer, init).ConfigureAwait(false);
            await SendAsync(peer, media).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // The reader went away, or never came: what it made of the bytes is judged by what it wrote.
        }
    }

    private static async Task SendAsync(Socket peer, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var sent = await peer.SendAsync(bytes).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await serving.ConfigureAwait(false);
        folder.Delete(recursive: true);
    }
}
