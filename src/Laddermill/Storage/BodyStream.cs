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
) : ForwardStream
{
    /// <summary>How long a read may wait for the next byte.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override long Length => length;

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - Done)];
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
            throw failed($"the connection broke after {Done} of {length} bytes", e);
        }
        if (got == 0)
            throw failed($"the connection ended after {Done} of {length} bytes", null);
        Done += got;
        return got;
    }

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
