using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Laddermill.Server.Api;

namespace Laddermill.Server.Console.Live;

/// <summary>
/// Tells open pages that something changed: one listener of the feed for all of them, and none while no page is open. A page that hears of news asks for what it shows anew, at most once each
/// second; nothing is lost by a page that is slow.
/// </summary>
internal sealed class News(LiveFeed feed, IHostApplicationLifetime life)
{
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private ImmutableArray<Action<string>> readers = [];
    private CancellationTokenSource? listening;

    /// <param name="read">Called with the id of a job that changed; must return at once.</param>
    /// <returns>Ends it.</returns>
    public IDisposable Subscribe(Action<string> read)
    {
        lock (gate)
        {
            readers = readers.Add(read);
            if (listening is null)
            {
                listening = CancellationTokenSource.CreateLinkedTokenSource(
                    life.ApplicationStopping
                );
                var over = listening.Token;
                _ = Task.Run(() => ListenAsync(over), CancellationToken.None);
            }
        }
        return new Subscription(() => Leave(read));
    }

    private void Leave(Action<string> read)
    {
        lock (gate)
        {
            readers = readers.Remove(read);
            if (readers.IsEmpty)
            {
                listening?.Cancel();
                listening?.Dispose();
                listening = null;
            }
        }
    }

    private async Task ListenAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await foreach (var item in feed.ListenAsync(since: null, over))
                {
                    if (
                        item.EventType == "job"
                        && (string?)JsonNode.Parse(item.Data)?["id"] is { } job
                    )
                    {
                        foreach (var read in readers)
                        {
                            read(job);
                        }
                    }
                }
                // It sends those away who fall behind.
                await Task.Delay(AfterTrouble, TimeProvider.System, over);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private sealed class Subscription(Action leave) : IDisposable
    {
        private Action? leave = leave;

        public void Dispose() => Interlocked.Exchange(ref leave, null)?.Invoke();
    }
}
