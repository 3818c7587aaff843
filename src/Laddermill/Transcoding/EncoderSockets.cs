using System.Net.Sockets;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>
/// Unix sockets that one ffmpeg writes its outputs to, in a private folder: media goes from memory to memory, and back-pressure is the
/// socket's own. Disposing removes the folder.
/// </summary>
internal sealed class EncoderSockets : IDisposable
{
    /// <summary>A Unix socket's address holds 108 bytes, the closing zero included.</summary>
    private const int LongestPath = 107;

    private const string FolderPrefix = "laddermill-sockets-";

    /// <summary>A younger folder may belong to somebody who has not got round to locking it.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo folder;
    private readonly FileStream owner;
    private readonly Socket[] listeners;

    public EncoderSockets(int count)
    {
        Sweep();
        folder = Directory.CreateTempSubdirectory(FolderPrefix);
        owner = TryLock(folder) ?? throw new IOException($"Cannot lock {folder.FullName}.");
        var paths = Enumerable
            .Range(0, count)
            .Select(index => Path.Join(folder.FullName, $"{index}.sock"))
            .ToArray();
        if (paths.Any(path => path.Length > LongestPath))
        {
            owner.Dispose();
            folder.Delete(recursive: true);
            throw new IOException(
                $"The temporary folder's path is too long for a socket ({paths[^1]}); set TMPDIR to a shorter one, such as /tmp."
            );
        }
        listeners = [.. paths.Select(Listen)];
        Addresses = [.. paths.Select(path => $"unix:{path}")];
    }

    /// <summary>The private folder.</summary>
    public string Folder => folder.FullName;

    /// <summary>As ffmpeg takes them, in order.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>
    /// Waits for <paramref name="encoder"/> to open output <paramref name="index"/>; null when it ended without doing so, as ffmpeg does when there is not a
    /// single frame to encode.
    /// </summary>
    public async Task<Stream?> AcceptAsync(
        int index,
        ToolProcess encoder,
        CancellationToken cancellation
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var accept = listeners[index].AcceptAsync(ended.Token).AsTask();
        await Task.WhenAny(accept, encoder.Completion);
        if (!accept.IsCompleted && !listeners[index].Poll(0, SelectMode.SelectRead))
        {
            await ended.CancelAsync();
            await accept.ContinueWith(
                static _ => { },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
            cancellation.ThrowIfCancellationRequested();
            // One that had just come in, from an encoder that was quick, is no longer in the queue.
            if (!accept.IsCompletedSuccessfully)
            {
                return null;
            }
        }
        return encoder.Meter(new NetworkStream(await accept, ownsSocket: true));
    }

    public void Dispose()
    {
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }
        owner.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Removes folders of workers that were killed.</summary>
    private static void Sweep()
    {
        var old = TimeProvider.System.GetUtcNow() - Young;
        foreach (
            var left in new DirectoryInfo(Path.GetTempPath())
                .EnumerateDirectories(FolderPrefix + "*")
                .Where(left => left.LastWriteTimeUtc < old)
        )
        {
            using var ownerless = TryLock(left);
            if (ownerless is not null)
            {
                left.Delete(recursive: true);
            }
        }
    }

    /// <summary>The folder's owner holds this until its end, whatever that is; null when somebody else does.</summary>
    private static FileStream? TryLock(DirectoryInfo folder)
    {
        try
        {
            return new FileStream(
                Path.Join(folder.FullName, "owner"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(1);
        return socket;
    }
}
