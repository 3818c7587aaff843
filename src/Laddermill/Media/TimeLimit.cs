namespace Laddermill.Media;

/// <summary>Looks at a source must end, however it is made.</summary>
internal static class TimeLimit
{
    /// <param name="work">Its token is cancelled when the time is up, too.</param>
    /// <param name="expired">What it means that the time is up.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<T> RunAsync<T>(
        TimeProvider clock,
        double seconds,
        Func<CancellationToken, Task<T>> work,
        Func<T> expired,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token,
            cancellationToken
        );
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return expired();
        }
    }
}
