namespace Laddermill.Server.Uploads;

/// <summary>
/// One at a time adds to an upload. A request whose connection broke may be at it still without knowing: who comes next is its successor, so the earlier one
/// is told to stop.
/// </summary>
internal sealed class UploadTurn(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim gate = new(1);
    private CancellationTokenSource? holder;

    /// <returns>Null when the one before does not stop in time.</returns>
    public async Task<Hold?> TakeAsync(CancellationToken cancellation)
    {
        if (!await gate.WaitAsync(TimeSpan.Zero, cancellation))
        {
            try
            {
                holder?.Cancel();
            }
            // It ended by itself just now.
            catch (ObjectDisposedException) { }
            using var limit = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(
                limit.Token,
                cancellation
            );
            try
            {
                await gate.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return null;
            }
        }
        holder = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        return new Hold(gate, holder);
    }

    public void Dispose()
    {
        gate.Dispose();
        holder?.Dispose();
    }

    /// <summary>The turn of one request.</summary>
    public sealed class Hold(SemaphoreSlim gate, CancellationTokenSource source) : IDisposable
    {
        /// <summary>When the request goes away or another one comes.</summary>
        public CancellationToken Either { get; } = source.Token;

        public void Dispose()
        {
            source.Dispose();
            gate.Release();
        }
    }
}
