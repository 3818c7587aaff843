using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Telemetry;
using Laddermill.Storage;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Intake;

/// <summary>
/// Compares what lies in a pipeline's source with what the ledger knows, and announces the rest: an event that was lost is only late. Memory does not
/// grow with the number of objects.
/// </summary>
public sealed class Reconciliation(
    PipelineSet pipelines,
    IntakeLoop intake,
    LedgerWriter writer,
    Instruments instruments,
    IDbContextFactory<LedgerContext> contexts,
    TimeProvider time
)
{
    private const int Page = 500;

    /// <summary>Clocks of stores and servers may differ by so much.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <param name="isSettled">Whether an object that is not known is complete, as far as can be told; it is looked at again the next time when it is not.</param>
    /// <returns>How many objects were announced.</returns>
    /// <exception cref="StoreException">The source cannot be listed.</exception>
    public async Task<int> RunAsync(
        Pipeline pipeline,
        Func<StoredObject, bool> isSettled,
        CancellationToken cancellation
    )
    {
        using var span = Traces.Reconciliation(pipeline.Name);
        var started = instruments.Begin();
        try
        {
            var (looked, found) = await CompareAsync(pipeline, isSettled, cancellation);
            instruments.Reconciled(pipeline.Name, started, looked, found, null);
            return found;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            span.Failed(failure);
            instruments.Reconciled(pipeline.Name, started, 0, 0, failure);
            throw;
        }
    }

    private async Task<(int Looked, int Found)> CompareAsync(
        Pipeline pipeline,
        Func<StoredObject, bool> isSettled,
        CancellationToken cancellation
    )
    {
        var began = time.GetUtcNow();
        var textsSince = await LastBeganAsync(pipeline, cancellation) - Margin;
        var (looked, found) = (0, 0);
        var page = new List<StoredObject>(Page);
        var listing = pipelines.Open(pipeline.Source).ListAsync(pipeline.Source.Key, cancellation);
        await foreach (var each in listing.WithCancellation(cancellation))
        {
            looked++;
            var mayStart =
                each.Size > 0
                && (
                    FilmsBeside.IsText(each.Key)
                        ? each.LastModified > textsSince
                        : pipeline.Objection(each.Key) is null
                );
            if (mayStart)
            {
                page.Add(each);
            }
            if (page.Count == Page)
            {
                found += await AnnounceAsync(pipeline, page, isSettled, cancellation);
                page.Clear();
            }
        }
        found += await AnnounceAsync(pipeline, page, isSettled, cancellation);
        await RememberAsync(pipeline, began, looked, found, null);
        return (looked, found);
    }

    /// <summary>Writes down why a source could not be compared.</summary>
    public Task FailedAsync(Pipeline pipeline, string problem) =>
        RememberAsync(pipeline, null, 0, 0, problem);

    private async Task<int> AnnounceAsync(
        Pipeline pipeline,
        List<StoredObject> page,
        Func<StoredObject, bool> isSettled,
        CancellationToken cancellation
    )
    {
        if (page.Count == 0)
        {
            return 0;
        }
        var keys = page.Select(each => each.Key).ToList();
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var known = (
            await ledger
                .Jobs.Where(job => job.Pipeline == pipeline.Name && keys.Contains(job.SourceKey!))
                .Select(job => new { job.SourceKey, job.SourceVersion })
                .ToListAsync(cancellation)
        )
            .Select(job => (job.SourceKey!, job.SourceVersion))
            .ToHashSet();
        var pending = (
            await ledger
                .Announcements.Where(row => row.Pipeline == pipeline.Name && keys.Contains(row.Key))
                .Select(row => row.Key)
                .ToListAsync(cancellation)
        ).ToHashSet();
        return await intake.AnnounceAsync(
            [
                .. page.Where(each =>
                        !known.Contains((each.Key, each.ETag))
                        && !pending.Contains(each.Key)
                        // Last: who watches for settling must not be asked about all that is known.
                        && isSettled(each)
                    )
                    .Select(each => new Announcement(
                        pipeline.Name,
                        each.Key,
                        Trace: Traces.Found(pipeline.Name, each.Key)
                    )),
            ],
            cancellation
        );
    }

    private async Task<DateTimeOffset> LastBeganAsync(
        Pipeline pipeline,
        CancellationToken cancellation
    )
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var last = await ledger.Reconciliations.FindAsync([pipeline.Name], cancellation);
        // Nothing was ever compared: all films are new, and their texts with them.
        return last is { Began: > 0 and var began }
            ? new DateTimeOffset(began, TimeSpan.Zero)
            : DateTimeOffset.MaxValue;
    }

    private Task<int> RememberAsync(
        Pipeline pipeline,
        DateTimeOffset? began,
        int looked,
        int found,
        string? problem
    )
    {
        var ended = time.GetUtcNow().UtcTicks;
        var since = began?.UtcTicks ?? 0;
        return writer.WriteAsync(ledger =>
            problem is null
                ? ledger.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO reconciliations (pipeline, began, ended, looked, found, problem)
                    VALUES ({pipeline.Name}, {since}, {ended}, {looked}, {found}, NULL)
                    ON CONFLICT (pipeline) DO UPDATE SET began = excluded.began, ended = excluded.ended, looked = excluded.looked,
                        found = excluded.found, problem = NULL
                    """
                )
                : ledger.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO reconciliations (pipeline, began, ended, looked, found, problem) VALUES ({pipeline.Name}, 0, {ended}, 0, 0, {problem})
                    ON CONFLICT (pipeline) DO UPDATE SET ended = excluded.ended, problem = excluded.problem
                    """
                )
        );
    }
}
