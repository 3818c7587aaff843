using Laddermill.Engines;
using Laddermill.Jobs;
using Laddermill.Storage;
using Laddermill.Storage.Oci;

namespace Laddermill.Dispatching;

/// <summary>
/// Finds what fell through: jobs that could not be started, workers that vanished, objects whose event never came; and removes what ended. Called again
/// and again; each call goes on where the last one stopped, and stops when its time is up.
/// </summary>
public sealed class Sweep(Dispatcher dispatcher)
{
    /// <summary>Objects of the input bucket that one call looks at: a read or two for each.</summary>
    private const int MaxLooked = 1000;

    private int looked;
    private int started;
    private int waiting;
    private int reaped;
    private bool isFull;

    private NoteStore Notes => dispatcher.Notes;

    /// <param name="until">Nothing new is begun after this.</param>
    /// <exception cref="StoreException">A bucket refuses or cannot be reached.</exception>
    /// <exception cref="EngineException">The engine cannot be asked.</exception>
    public async Task<SweepAnswer> RunAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        (looked, started, waiting, reaped, isFull) = (0, 0, 0, 0, false);
        bool HasTime() => dispatcher.Time.GetUtcNow() < until;

        var runs = new Dictionary<(string, int), EngineRun>();
        var listed = dispatcher.Engine.ListAsync(cancellation);
        await foreach (var run in listed.ConfigureAwait(false))
        {
            // Two of one attempt: a start whose token had expired. The one that lives speaks for it.
            if (
                !runs.TryGetValue((run.Job, run.Attempt), out var other)
                || other.State == EngineState.Ended
            )
            {
                runs[(run.Job, run.Attempt)] = run;
            }
        }
        await ReapAsync(runs, HasTime, cancellation).ConfigureAwait(false);
        await RetryPendingAsync(runs, HasTime, cancellation).ConfigureAwait(false);
        var isWhole = await LookThroughAsync(runs, HasTime, cancellation).ConfigureAwait(false);
        return new SweepAnswer("SUCCESS", looked, started, waiting, reaped, isWhole);
    }

    /// <summary>Ended runs: a log is kept of those that failed, their job is seen to, and then they go.</summary>
    private async Task ReapAsync(
        Dictionary<(string Job, int Attempt), EngineRun> runs,
        Func<bool> hasTime,
        CancellationToken cancellation
    )
    {
        foreach (var (at, listed) in runs.ToList())
        {
            if (!hasTime())
            {
                return;
            }
            if (listed.State != EngineState.Ended)
            {
                continue;
            }
            var run =
                await dispatcher.Engine.LookAsync(listed.Id, cancellation).ConfigureAwait(false)
                ?? listed;
            runs[at] = run;
            var claim = await Notes.LastClaimAsync(run.Job, cancellation).ConfigureAwait(false);
            // 0: done. 3: rejected, for a reason that the outcome tells.
            if (claim is not null && run.ExitCode is not (0 or 3))
            {
                await Notes
                    .PutLogAsync(
                        claim.Key,
                        await LastWordsAsync(run, cancellation).ConfigureAwait(false),
                        cancellation
                    )
                    .ConfigureAwait(false);
            }
            if (claim?.Attempt == run.Attempt)
            {
                await EnsureAsync(claim.Bucket, claim.Key, runs, false, cancellation)
                    .ConfigureAwait(false);
            }
            await dispatcher.Engine.RemoveAsync(run.Id, cancellation).ConfigureAwait(false);
            reaped++;
        }
    }

    private async Task RetryPendingAsync(
        Dictionary<(string, int), EngineRun> runs,
        Func<bool> hasTime,
        CancellationToken cancellation
    )
    {
        var all = Notes.PendingAsync(cancellation);
        await foreach (var pending in all.ConfigureAwait(false))
        {
            if (!hasTime())
            {
                return;
            }
            // When one finds no room, the others find none either.
            if (isFull)
            {
                waiting++;
                continue;
            }
            var answer = await EnsureAsync(
                    pending.Bucket,
                    pending.Key,
                    runs,
                    isPending: true,
                    cancellation
                )
                .ConfigureAwait(false);
            if (answer?.State != "pending" || answer.Job != pending.Job)
            {
                await Notes.RemovePendingAsync(pending.Job, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The input bucket from the cursor on; whether its end was reached.</summary>
    private async Task<bool> LookThroughAsync(
        Dictionary<(string, int), EngineRun> runs,
        Func<bool> hasTime,
        CancellationToken cancellation
    )
    {
        if (dispatcher.Input is not { } bucket || dispatcher.Options.InputBucket is not { } name)
        {
            return true;
        }
        var cursor = await Notes.CursorAsync(cancellation).ConfigureAwait(false);
        var after = cursor?.Bucket == name ? cursor.After : null;
        var listing = bucket.ListAsync("", after, cancellation);
        await foreach (var found in listing.ConfigureAwait(false))
        {
            if (looked == MaxLooked || !hasTime())
            {
                await KeepAsync(name, after, cancellation).ConfigureAwait(false);
                return false;
            }
            looked++;
            if (await IsOpenAsync(bucket, name, found, cancellation).ConfigureAwait(false))
            {
                // The next sweep goes on here.
                if (isFull)
                {
                    await KeepAsync(name, after, cancellation).ConfigureAwait(false);
                    return false;
                }
                await EnsureAsync(name, found.Key, runs, false, cancellation).ConfigureAwait(false);
            }
            after = found.Key;
        }
        await KeepAsync(name, null, cancellation).ConfigureAwait(false);
        return true;
    }

    private Task KeepAsync(string bucket, string? after, CancellationToken cancellation) =>
        Notes.PutCursorAsync(new SweepCursor(bucket, after), cancellation);

    /// <summary>Whether an object may need something: most were done long ago, which one read tells.</summary>
    private async Task<bool> IsOpenAsync(
        OciObjectStore bucket,
        string name,
        StoredObject found,
        CancellationToken cancellation
    )
    {
        var prefix = name == dispatcher.Options.OutputBucket ? "" : null;
        if (found.Size == 0 || dispatcher.Options.Names.Objection(found.Key, prefix) is not null)
        {
            return false;
        }
        var job = await dispatcher.JobOfAsync(bucket, found, cancellation).ConfigureAwait(false);
        var outcome = await Notes.OutcomeAsync(job, cancellation).ConfigureAwait(false);
        return outcome is not { State: JobEnd.Done or JobEnd.Rejected };
    }

    private async Task<DispatchAnswer?> EnsureAsync(
        string bucketName,
        string key,
        Dictionary<(string Job, int Attempt), EngineRun> runs,
        bool isPending,
        CancellationToken cancellation
    )
    {
        var answer = await dispatcher
            .EnsureAsync(
                dispatcher.Open(bucketName),
                bucketName,
                key,
                cancellation,
                runs,
                isPending
            )
            .ConfigureAwait(false);
        switch (answer)
        {
            case { State: "started", Job: { } job, Instance: { } id }:
                started++;
                // A second object of this sweep that is the same job finds it.
                var claim = await Notes.LastClaimAsync(job, cancellation).ConfigureAwait(false);
                runs[(job, claim?.Attempt ?? 1)] = new EngineRun(
                    id,
                    job,
                    claim?.Attempt ?? 1,
                    EngineState.Starting
                );
                break;
            case { State: "pending" }:
                waiting++;
                isFull = true;
                break;
        }
        return answer;
    }

    private async Task<string> LastWordsAsync(EngineRun run, CancellationToken cancellation)
    {
        const int limit = 64 << 10;
        var log = await dispatcher.Engine.ReadLogAsync(run.Id, cancellation).ConfigureAwait(false);
        var head =
            $"attempt {run.Attempt} in {run.Id} ended {(run.ExitCode is { } code ? $"with exit code {code}" : $"without having begun: {run.Detail}")}\n\n";
        return head + (log.Length > limit ? log[^limit..] : log);
    }
}
