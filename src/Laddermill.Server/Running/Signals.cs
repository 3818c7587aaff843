namespace Laddermill.Server.Running;

/// <summary>Wakes the dispatcher of this server as soon as there may be something to do; what happens elsewhere it finds by looking.</summary>
public sealed class Signals : IDisposable
{
    private readonly SemaphoreSlim ready = new(0, 1);

    public void JobReady()
    {
        try
        {
            ready.Release();
        }
        // It is awake already.
        catch (SemaphoreFullException) { }
        // The server has ended, and whoever was slower has nobody to wake.
        catch (ObjectDisposedException) { }
    }

    /// <summary>Waits for a signal, at most so long.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken cancellation) =>
        ready.WaitAsync(most, cancellation);

    public void Dispose() => ready.Dispose();
}
