namespace Laddermill.Storage;

/// <summary>
/// A body that goes on where a connection broke off: the rest is asked for again, a few times for each byte that comes. Whoever opens the rest must pin
/// the version.
/// </summary>
/// <param name="reopen">Opens the body from a position of it on.</param>
internal sealed class ResumingStream(
    BodyStream first,
    Func<long, CancellationToken, Task<BodyStream>> reopen
) : Stream
{
    private const int MaxBreaks = 5;

    private readonly long length = first.Length;
    private BodyStream? body = first;
    private long position;
    private int breaks;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (true)
        {
            try
            {
                body ??= await reopen(position, cancellationToken).ConfigureAwait(false);
                var got = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                position += got;
                breaks = got > 0 ? 0 : breaks;
                return got;
            }
            catch (StoreException e)
                when (e.IsTransient && body is not null && ++breaks <= MaxBreaks)
            {
                await body.DisposeAsync().ConfigureAwait(false);
                body = null;
            }
        }
    }

    public override Task<int> ReadAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            body?.Dispose();
        base.Dispose(disposing);
    }
}
