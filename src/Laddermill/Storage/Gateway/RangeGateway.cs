using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Laddermill.Storage.Gateway;

/// <summary>
/// Lets ffmpeg read one version of one object of any store, by HTTP on this machine's loopback, at an address that nobody can guess. The store's
/// credentials stay here, nothing is written to disk, and memory is bounded whatever the object's size. Disposing ends it.
/// </summary>
public sealed class RangeGateway : IAsyncDisposable
{
    private const int LongestHead = 8192;

    /// <summary>Blocks fetched ahead of a reader that reads on and on: 6 MiB.</summary>
    private const int MostAhead = 3;

    private static readonly TimeSpan PatienceForHead = TimeSpan.FromSeconds(10);

    private readonly SourceBlocks blocks;
    private readonly long size;
    private readonly TimeProvider clock;
    private readonly string path = "/" + RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly CancellationTokenSource lost = new();
    private readonly ConcurrentDictionary<Task, byte> work = [];

    /// <param name="source">Its version is the one that is read, or none.</param>
    public RangeGateway(IObjectStore store, StoredObject source, TimeProvider clock)
    {
        (size, this.clock) = (source.Size, clock);
        blocks = new SourceBlocks(store, source, clock);
        listener.Start();
        Address = new Uri($"http://{listener.LocalEndpoint}{path}");
        _ = ServeAsync(listener.Server, CancellationToken.None);
    }

    /// <summary>What ffmpeg is given to read.</summary>
    public Uri Address { get; }

    /// <summary>
    /// Why the object cannot be read any more, a changed object included (<see cref="ObjectChangedException"/>); null while all is well. It is set
    /// before a reader sees its connection end, so whoever looks here after a tool has failed knows whose fault it was.
    /// </summary>
    public StoreException? Failure { get; private set; }

    /// <summary>Cancelled when <see cref="Failure"/> is set: nothing that is made from here on can be whole.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>The object's first bytes, up to <paramref name="count"/> and a block.</summary>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public async Task<byte[]> ReadHeadAsync(int count, CancellationToken cancellation)
    {
        using var head = await blocks.BorrowAsync(0, cancellation).ConfigureAwait(false);
        return head.Bytes[..Math.Min(count, head.Bytes.Length)].ToArray();
    }

    /// <summary>A piece of the object, for ourselves.</summary>
    /// <returns>Bytes that were read: fewer than the buffer holds at the object's end.</returns>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public async ValueTask<int> ReadAsync(
        long offset,
        Memory<byte> buffer,
        CancellationToken cancellation
    )
    {
        var read = 0;
        try
        {
            while (read < buffer.Length && offset >= 0 && offset + read < size)
            {
                var (index, within) = Math.DivRem(offset + read, SourceBlocks.BlockBytes);
                using var block = await blocks
                    .BorrowAsync(index, cancellation)
                    .ConfigureAwait(false);
                var bytes = block.Bytes[(int)within..];
                bytes = bytes[..Math.Min(bytes.Length, buffer.Length - read)];
                bytes.CopyTo(buffer[read..]);
                read += bytes.Length;
            }
        }
        catch (StoreException failure)
        {
            Fail(failure);
            throw;
        }
        return read;
    }

    /// <summary>Answers on another listener as on its own, such as one in another network, until the token is cancelled or this is disposed.</summary>
    public Task ServeAsync(Socket listener, CancellationToken closed)
    {
        var serving = AcceptAsync(listener, closed);
        Track(serving);
        return serving;
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        listener.Dispose();
        await Task.WhenAll(work.Keys).ConfigureAwait(false);
        blocks.Dispose();
        ended.Dispose();
        lost.Dispose();
    }

    private async Task AcceptAsync(Socket from, CancellationToken closed)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, closed);
            while (true)
            {
                Track(AnswerAsync(await from.AcceptAsync(either.Token).ConfigureAwait(false)));
            }
        }
        // The end of the job, or of whoever was served there.
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException) { }
    }

    private void Track(Task task)
    {
        work.TryAdd(task, 0);
        task.ContinueWith(
            done => work.TryRemove(done, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <summary>One request; ffmpeg makes a new connection for each jump.</summary>
    private async Task AnswerAsync(Socket connection)
    {
        using var stream = new NetworkStream(connection, ownsSocket: true);
        try
        {
            if (await ReadRequestHeadAsync(stream).ConfigureAwait(false) is not { } head)
            {
                return;
            }
            var request = RangeRequest.Parse(head, path, size);
            await stream
                .WriteAsync(Encoding.ASCII.GetBytes(request.ResponseHead()), ended.Token)
                .ConfigureAwait(false);
            await SendAsync(stream, request).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            Fail(failure);
            // A reset, not an end: the reader must not take what it has for all there is.
            connection.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        // The reader jumped elsewhere or has enough; or the job has ended.
        catch (Exception e) when (e is IOException or OperationCanceledException) { }
    }

    /// <returns>Null when the other side said nothing, too much or too slowly.</returns>
    private async Task<string?> ReadRequestHeadAsync(NetworkStream stream)
    {
        using var patience = new CancellationTokenSource(PatienceForHead, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            patience.Token,
            ended.Token
        );
        var buffer = new byte[LongestHead];
        for (var length = 0; length < buffer.Length; )
        {
            var read = await stream
                .ReadAsync(buffer.AsMemory(length), either.Token)
                .ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return Encoding.ASCII.GetString(buffer, 0, end);
            }
        }
        return null;
    }

    private async Task SendAsync(NetworkStream stream, RangeRequest request)
    {
        // A reader that jumps back and forth gets what it asks for and no more; one that reads on has ever more fetched ahead.
        var ahead = 0;
        for (var offset = request.First; offset < request.End; ahead++)
        {
            var (index, within) = Math.DivRem(offset, SourceBlocks.BlockBytes);
            var borrowed = blocks.BorrowAsync(index, ended.Token);
            for (var next = 1; next <= Math.Min(ahead, MostAhead); next++)
            {
                blocks.FetchAhead(index + next);
            }
            using var block = await borrowed.ConfigureAwait(false);
            var bytes = block.Bytes[(int)within..];
            bytes = bytes[..(int)Math.Min(bytes.Length, request.End - offset)];
            await stream.WriteAsync(bytes, ended.Token).ConfigureAwait(false);
            offset += bytes.Length;
        }
    }

    private void Fail(StoreException failure)
    {
        lock (lost)
        {
            if (Failure is not null)
            {
                return;
            }
            Failure = failure;
        }
        lost.Cancel();
    }
}
