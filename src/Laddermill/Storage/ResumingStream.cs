namespace Laddermill.Storage;

/// <summary>
/// A body that goes on where a connection broke off: the rest is asked for again, a few times for each byte that comes. Whoever opens the rest must pin
/// the version.
/// </summary>
/// <param name="reopen">Opens the body from a Done of it on.</param>
internal sealed class ResumingStream(
    BodyStream first,
    Func<long, CancellationToken, Task<BodyStream>> reopen
) : ForwardStream
{
    private const int MaxBreaks = 5;

    private readonly long length = first.Length;
    private BodyStream? body = first;
    private int breaks;

    public override long Length => length;

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (true)
        {
            try
            {
                body ??= await reopen(Done, cancellationToken).ConfigureAwait(false);
                var got = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                Done += got;
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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            body?.Dispose();
        base.Dispose(disposing);
    }
}
