using System.Collections.Immutable;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Laddermill.Server.Ledger;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Laddermill.Server.Api;

/// <summary>
/// Tells listeners what changes in the ledger, whichever server changes it: one look at the index of changes each half second serves all of them, and
/// nobody looks while nobody listens.
/// </summary>
internal sealed partial class LiveFeed(
    JobQueries queries,
    Links links,
    IOptions<JsonOptions> json,
    TimeProvider time,
    ILogger<LiveFeed> log
)
{
    /// <summary>Events that a listener may be behind; then it is sent away, and comes back with the id of the last one that it got.</summary>
    private const int MostWaiting = 2000;

    /// <summary>Jobs that are told again to one who was away.</summary>
    private const int MostRepeated = 1000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Every how many looks the jobs are counted: each three seconds.</summary>
    private const int LooksForCount = 6;

    /// <summary>
    /// A change carries the instant at which it was asked for, and is seen once it is durable: by so much, and by what the servers' clocks differ, it may come
    /// behind later ones.
    /// </summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private ImmutableArray<Channel<SseItem<string>>> listeners = [];
    private TaskCompletionSource? begun;

    public int Listeners => listeners.Length;

    /// <param name="since">Id of the last event that was heard; null: only what happens from now on.</param>
    public async IAsyncEnumerable<SseItem<string>> ListenAsync(
        long? since,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var mine = Channel.CreateBounded<SseItem<string>>(MostWaiting);
        var ready = Join(mine);
        try
        {
            await ready.WaitAsync(cancellation);
            if (since is { } last)
            {
                foreach (var missed in await MissedAsync(last, cancellation))
                {
                    yield return missed;
                }
            }
            yield return CountsOf(await queries.CountAsync(cancellation));
            await foreach (var item in mine.Reader.ReadAllAsync(cancellation))
            {
                yield return item;
            }
        }
        finally
        {
            Leave(mine);
        }
    }

    private async Task<ImmutableArray<SseItem<string>>> MissedAsync(
        long last,
        CancellationToken cancellation
    )
    {
        var changed = await queries.ChangedSinceAsync(
            Math.Max(0, last - Overlap.Ticks),
            MostRepeated + 1,
            cancellation
        );
        return changed.Count > MostRepeated
            ? [new SseItem<string>("{}", "reload")]
            : await ItemsAsync([.. changed.Select(each => each.Id)], cancellation);
    }

    /// <returns>Done once changes are seen: whoever lists the jobs after that misses nothing.</returns>
    private Task Join(Channel<SseItem<string>> mine)
    {
        lock (gate)
        {
            listeners = listeners.Add(mine);
            if (begun is null)
            {
                begun = new TaskCompletionSource(
                    TaskCreationOptions.RunContinuationsAsynchronously
                );
                var begins = begun;
                _ = Task.Run(() => LookAsync(begins));
            }
            return begun.Task;
        }
    }

    private void Leave(Channel<SseItem<string>> mine)
    {
        lock (gate)
        {
            listeners = listeners.Remove(mine);
        }
    }

    /// <summary>The last one has left: then the next one begins anew.</summary>
    private bool IsOver()
    {
        lock (gate)
        {
            if (listeners.IsEmpty)
            {
                begun = null;
            }
            return begun is null;
        }
    }

    /// <summary>Looks until nobody listens any more.</summary>
    private async Task LookAsync(TaskCompletionSource begins)
    {
        var told = new Dictionary<string, long>(StringComparer.Ordinal);
        long? newest = null;
        for (var looks = 1; !IsOver(); looks++)
        {
            try
            {
                newest = newest is { } known
                    ? await TellChangesAsync(known, told)
                    : await StartAsync(told);
                begins.TrySetResult();
                if (looks % LooksForCount == 0)
                {
                    Tell([CountsOf(await queries.CountAsync(CancellationToken.None))]);
                }
            }
            // Most likely the ledger is away for now; whatever it is, listeners hear of all that they miss later.
            catch (Exception trouble)
            {
                Trouble(trouble.Message);
            }
            await Task.Delay(Look, time, CancellationToken.None);
        }
    }

    /// <summary>What is there already is no news.</summary>
    private async Task<long> StartAsync(Dictionary<string, long> told)
    {
        var newest = await queries.LastChangeAsync(CancellationToken.None);
        foreach (
            var (id, changed) in await queries.ChangedSinceAsync(
                newest - Overlap.Ticks,
                int.MaxValue,
                CancellationToken.None
            )
        )
        {
            told[id] = changed;
        }
        return newest;
    }

    private async Task<long> TellChangesAsync(long newest, Dictionary<string, long> told)
    {
        var since = newest - Overlap.Ticks;
        var changed = await queries.ChangedSinceAsync(since, int.MaxValue, CancellationToken.None);
        var news = changed.Where(each => told.GetValueOrDefault(each.Id) != each.Changed).ToList();
        foreach (var page in news.Chunk(500))
        {
            Tell(await ItemsAsync([.. page.Select(each => each.Id)], CancellationToken.None));
        }
        told.Clear();
        foreach (var (id, version) in changed)
        {
            told[id] = version;
            newest = Math.Max(newest, version);
        }
        return newest;
    }

    private async Task<ImmutableArray<SseItem<string>>> ItemsAsync(
        IReadOnlyCollection<string> ids,
        CancellationToken cancellation
    ) => [.. (await queries.FindAsync(ids, cancellation)).Select(ItemOf)];

    private SseItem<string> ItemOf(JobRow job) =>
        new(Json(JobView.Of(job, links.Of(job))), "job")
        {
            EventId = job.Changed.ToString("x", CultureInfo.InvariantCulture),
        };

    private SseItem<string> CountsOf(Dictionary<JobState, int> counts) =>
        new(Json(JobCounts.Of(counts)), "counts");

    private string Json<T>(T value) =>
        JsonSerializer.Serialize(value, json.Value.SerializerOptions);

    private void Tell(ImmutableArray<SseItem<string>> items)
    {
        foreach (var listener in listeners)
        {
            foreach (var item in items)
            {
                if (!listener.Writer.TryWrite(item))
                {
                    listener.Writer.TryComplete();
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Listeners hear nothing for now: {Reason}")]
    private partial void Trouble(string reason);
}
