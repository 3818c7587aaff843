using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Laddermill.Jobs;
using Laddermill.Storage;
using Laddermill.Transcoding;

namespace Laddermill.Dispatching;

/// <summary>Reads and writes the notes in the state prefix of the output bucket.</summary>
internal sealed class NoteStore(IObjectStore store)
{
    private static readonly PutOptions Text = new("text/plain; charset=utf-8", "no-cache");

    public async Task<JobOutcome?> OutcomeAsync(string job, CancellationToken cancellation)
    {
        var bytes = await store
            .ReadSmallAsync(JobOutcome.KeyOf(job), cancellation)
            .ConfigureAwait(false);
        return bytes is null ? null : JobOutcome.Parse(bytes);
    }

    public Task PutOutcomeAsync(JobOutcome outcome, CancellationToken cancellation) =>
        store.PutAsync(
            JobOutcome.KeyOf(outcome.Job),
            outcome.ToJson(),
            OutputFolder.Json,
            PutCondition.None,
            cancellation
        );

    /// <summary>The newest claim on a job.</summary>
    public async Task<Claim?> LastClaimAsync(string job, CancellationToken cancellation)
    {
        string? last = null;
        // Attempts have four digits: the order of keys is theirs.
        var found = store.ListAsync($"{Claim.Folder}{job}/", cancellation);
        await foreach (var claim in found.ConfigureAwait(false))
        {
            last = claim.Key;
        }
        return last is null
            ? null
            : await ReadAsync(last, NoteJson.Default.Claim, cancellation).ConfigureAwait(false);
    }

    /// <summary>False when another has it.</summary>
    public async Task<bool> TryClaimAsync(Claim claim, CancellationToken cancellation) =>
        await PutAsync(
                Claim.KeyOf(claim.Job, claim.Attempt),
                claim,
                NoteJson.Default.Claim,
                PutCondition.Absent,
                cancellation
            )
            .ConfigureAwait(false);

    public Task UpdateAsync(Claim claim, CancellationToken cancellation) =>
        PutAsync(
            Claim.KeyOf(claim.Job, claim.Attempt),
            claim,
            NoteJson.Default.Claim,
            PutCondition.None,
            cancellation
        );

    public Task PutPendingAsync(Pending pending, CancellationToken cancellation) =>
        PutAsync(
            Pending.KeyOf(pending.Job),
            pending,
            NoteJson.Default.Pending,
            PutCondition.None,
            cancellation
        );

    public Task RemovePendingAsync(string job, CancellationToken cancellation) =>
        store.DeleteAsync([Pending.KeyOf(job)], cancellation);

    /// <summary>Those that wait, in no order that means anything.</summary>
    public async IAsyncEnumerable<Pending> PendingAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var found = store.ListAsync(Pending.Folder, cancellation);
        await foreach (var key in found.ConfigureAwait(false))
        {
            var pending = await ReadAsync(key.Key, NoteJson.Default.Pending, cancellation)
                .ConfigureAwait(false);
            if (pending is not null)
            {
                yield return pending;
            }
        }
    }

    public Task<SweepCursor?> CursorAsync(CancellationToken cancellation) =>
        ReadAsync(SweepCursor.Key, NoteJson.Default.SweepCursor, cancellation);

    public Task PutCursorAsync(SweepCursor cursor, CancellationToken cancellation) =>
        PutAsync(
            SweepCursor.Key,
            cursor,
            NoteJson.Default.SweepCursor,
            PutCondition.None,
            cancellation
        );

    /// <summary>Keeps what a worker wrote last beside the <c>job.json</c> of its object.</summary>
    public Task PutLogAsync(string folder, string log, CancellationToken cancellation) =>
        store.PutAsync(
            $"{folder}/worker.log",
            System.Text.Encoding.UTF8.GetBytes(log),
            Text,
            PutCondition.None,
            cancellation
        );

    private async Task<bool> PutAsync<T>(
        string key,
        T note,
        JsonTypeInfo<T> type,
        PutCondition condition,
        CancellationToken cancellation
    ) =>
        await store
            .PutAsync(
                key,
                JsonSerializer.SerializeToUtf8Bytes(note, type),
                OutputFolder.Json,
                condition,
                cancellation
            )
            .ConfigureAwait(false)
            is not null;

    /// <summary>Null when there is none, or when it is none of ours.</summary>
    private async Task<T?> ReadAsync<T>(
        string key,
        JsonTypeInfo<T> type,
        CancellationToken cancellation
    )
        where T : class
    {
        var bytes = await store.ReadSmallAsync(key, cancellation).ConfigureAwait(false);
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize(bytes, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
