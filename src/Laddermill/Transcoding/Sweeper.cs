using System.Collections.Immutable;
using Laddermill.Jobs;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>What a sweep found of one revision that is not, or not any more, published.</summary>
/// <param name="Due">When it is to be removed.</param>
/// <param name="Objects">How many were removed; 0 when it stays.</param>
public sealed record SweptRevision(
    string Folder,
    string Revision,
    DateTimeOffset Due,
    bool IsRemoved,
    int Objects
);

/// <summary>
/// Removes revisions whose time has come: those that were replaced, and what killed workers have left that nobody goes on with. Any number of sweeps and
/// workers may be at one destination at the same time.
/// </summary>
/// <param name="prefix">The destination's root inside the store: empty, or ending with <c>/</c>.</param>
public sealed class Sweeper(IObjectStore store, string prefix, TimeProvider clock)
{
    /// <summary>A record that fell due so long ago and whose revision is shown is no replacement that is under way: its worker died after publishing.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    /// <returns>All that have a record, in the order of their names.</returns>
    /// <exception cref="StoreException">The store refuses or cannot be reached.</exception>
    public async Task<ImmutableArray<SweptRevision>> SweepAsync(CancellationToken cancellation)
    {
        var keys = new List<string>();
        await foreach (var found in store.ListAsync(prefix + DeleteAfter.Prefix, cancellation))
        {
            keys.Add(found.Key);
        }
        var swept = ImmutableArray.CreateBuilder<SweptRevision>();
        foreach (var key in keys)
        {
            if (await SweepAsync(key, cancellation) is { } result)
            {
                swept.Add(result);
            }
        }
        return swept.ToImmutable();
    }

    private async Task<SweptRevision?> SweepAsync(string key, CancellationToken cancellation)
    {
        // The version first: what is read after it is this version or a newer one, and then the claim fails.
        var version = await store.HeadAsync(key, cancellation);
        var output = new OutputFolder(store, prefix, "");
        var bytes = version is null ? null : await output.Store.ReadSmallAsync(key, cancellation);
        if (
            version is null
            || bytes is null
            || DeleteAfter.Parse(bytes) is not { } record
            || prefix + DeleteAfter.KeyOf(record.Revision) != key
        )
        {
            return null;
        }
        var stays = new SweptRevision(record.Folder, record.Revision, record.Due, false, 0);
        var now = clock.GetUtcNow();
        output = output with { Name = record.Folder };
        if (record.WorkedOnUntil <= now)
        {
            await ShownEarly.WithdrawAsync(output, record.Revision, cancellation);
        }
        if (record.Due > now)
        {
            return stays;
        }
        var shown = await ShownRevisions.ReadAsync(output, cancellation);
        if (shown.Contains(record.Revision))
        {
            if (record.Due + Settled <= now)
            {
                await SettleAsync(output, record, cancellation);
            }
            return stays;
        }
        var claim = await store.PutAsync(
            key,
            (record with { IsBeingRemoved = true }).ToJson(),
            OutputFolder.Json,
            PutCondition.Matches(version.ETag),
            cancellation
        );
        return claim is null ? stays
            : await RemoveAsync(output, record, claim, cancellation) is { } removed
                ? stays with
                {
                    IsRemoved = true,
                    Objects = removed,
                }
            : stays;
    }

    /// <summary>It is published: only the notes of its making are left over.</summary>
    internal static async Task SettleAsync(
        OutputFolder output,
        DeleteAfter record,
        CancellationToken cancellation
    )
    {
        if (record.Job is { } job)
        {
            await output.DeleteUnderAsync(output.Pieces(job, record.Revision), cancellation);
        }
        await output.Store.DeleteAsync([output.DeleteAfter(record.Revision)], cancellation);
    }

    /// <summary>The record goes last: whoever is killed on the way is followed by another sweep.</summary>
    /// <returns>Null when a worker has taken the revision up again in the meantime.</returns>
    private async Task<int?> RemoveAsync(
        OutputFolder output,
        DeleteAfter record,
        StoredObject claim,
        CancellationToken cancellation
    )
    {
        var removed = 0;
        if (record.Job is { } job)
        {
            // Nobody may be told any more that this was done.
            var outcome = await output.Store.ReadSmallAsync(output.Outcome(job), cancellation);
            if (
                outcome is not null
                && JobOutcome.Parse(outcome) is { State: JobEnd.Done } done
                && done.Revision == record.Revision
            )
            {
                await store.DeleteAsync([output.Outcome(job)], cancellation);
            }
            removed += await output.DeleteUnderAsync(
                output.Pieces(job, record.Revision),
                cancellation
            );
        }
        var batch = new List<string>();
        await foreach (var found in store.ListAsync(output.Revision(record.Revision), cancellation))
        {
            batch.Add(found.Key);
            if (batch.Count == BatchSize)
            {
                if (!await RemoveBatchAsync())
                {
                    return null;
                }
            }
        }
        batch.Add(output.DeleteAfter(record.Revision));
        return await RemoveBatchAsync() ? removed - 1 : null;

        async Task<bool> RemoveBatchAsync()
        {
            var noted = await store.HeadAsync(output.DeleteAfter(record.Revision), cancellation);
            if (noted?.ETag != claim.ETag)
            {
                return false;
            }
            await store.DeleteAsync(batch, cancellation);
            removed += batch.Count;
            batch.Clear();
            return true;
        }
    }

    private const int BatchSize = 500;
}
