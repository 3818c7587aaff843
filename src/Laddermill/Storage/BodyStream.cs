namespace Laddermill.Storage;

/// <summary>
/// The body of a ranged answer. It ends exactly where it was promised to: a connection that breaks, stalls or ends early is a transient
/// <see cref="StoreException"/>, never a short read.
/// </summary>
/// <param name="length">Bytes that were promised.</param>
/// <param name="owner">What is closed with the stream.</param>
/// <param name="failed">Makes the error for a reason, the end of a sentence.</param>
internal sealed class BodyStream(
    Stream body,
    long length,
    IDisposable? owner,
    Func<string, Exception?, StoreException> failed,
    TimeProvider time
) : Stream
{
    /// <summary>How long a read may wait for the next byte.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private long position;

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
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - position)];
        if (wanted.IsEmpty)
            return 0;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            patience.Token,
            cancellationToken
        );
        int got;
        try
        {
            got = await body.ReadAsync(wanted, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw failed($"no byte came for {Patience.TotalSeconds} s", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw failed($"the connection broke after {position} of {length} bytes", e);
        }
        if (got == 0)
            throw failed($"the connection ended after {position} of {length} bytes", null);
        position += got;
        return got;
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
        {
            body.Dispose();
            owner?.Dispose();
        }
        base.Dispose(disposing);
    }
}
