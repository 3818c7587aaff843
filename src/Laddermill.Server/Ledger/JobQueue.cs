using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Ledger;

/// <summary>The queue inside the ledger: what comes in, who takes what, who holds it.</summary>
public sealed class JobQueue(LedgerWriter writer, TimeProvider time)
{
    private long Now => time.GetUtcNow().UtcTicks;

    /// <summary>
    /// Puts a job into the ledger, once for all who ask, and strikes off the news that it came from; both or nothing.
    /// </summary>
    /// <param name="job">Null when nothing came of the news, or the job is known.</param>
    /// <param name="announcements">Ids of the news that tell of it.</param>
    /// <param name="told">Called in the same transaction when the job is new and was refused here and now.</param>
    /// <returns>Whether it is new.</returns>
    public Task<bool> EnterAsync(
        JobRow? job,
        IReadOnlyCollection<long> announcements,
        CancellationToken cancellation,
        Func<LedgerContext, JobRow, Task>? told = null
    ) =>
        writer.WriteAsync(
            async ledger =>
            {
                var isNew = job is not null && await InsertAsync(ledger, job);
                if (isNew && told is not null)
                {
                    await told(ledger, job!);
                }
                if (announcements.Count > 0)
                {
                    await ledger
                        .Announcements.Where(row => announcements.Contains(row.Id))
                        .ExecuteDeleteAsync(CancellationToken.None);
                }
                return isNew;
            },
            cancellation
        );

    internal static async Task<bool> InsertAsync(LedgerContext ledger, JobRow job)
    {
        var inserted = await ledger.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO jobs (id, pipeline, source, source_key, source_version, size, name, destination, document, state, priority, max_attempts,
                created, queued, due, ended, attempts, failures, losses, cancel_requested, code, reason, revision, trace, changed)
            VALUES ({job.Id}, {job.Pipeline}, {job.Source}, {job.SourceKey}, {job.SourceVersion}, {job.Size}, {job.Name}, {job.Destination}, {job.Document},
                {(int)
                job.State}, {job.Priority}, {job.MaxAttempts}, {job.Created}, {job.Queued}, {job.Due}, {job.Ended}, {job.Attempts}, {job.Failures}, 0,
                {false}, {job.Code}, {job.Reason}, {job.Revision}, {job.Trace}, {job.Changed})
            ON CONFLICT (id) DO NOTHING
            """
        );
        if (inserted == 0 && job.SourceKey is not null)
        {
            // Known from elsewhere: reconciliation is to find it by its key from now on.
            await ledger.Database.ExecuteSqlAsync(
                $"""
                UPDATE jobs SET source_key = {job.SourceKey}, source_version = {job.SourceVersion}, pipeline = {job.Pipeline}
                WHERE id = {job.Id} AND (source_key IS NULL OR source_version <> {job.SourceVersion})
                """
            );
        }
        return inserted > 0;
    }

    /// <summary>For each pipeline that has a job ready: the highest priority among them.</summary>
    public static async Task<List<(string Pipeline, int Priority)>> HeadsAsync(
        IReadOnlyCollection<string> pipelines,
        LedgerContext ledger,
        CancellationToken cancellation
    )
    {
        var heads = new List<(string, int)>();
        foreach (var pipeline in pipelines)
        {
            var priority = await ledger
                .Jobs.Where(job =>
                    job.State == JobState.Queued && job.Due == null && job.Pipeline == pipeline
                )
                .OrderByDescending(job => job.Priority)
                .ThenBy(job => job.Queued)
                .Select(job => (int?)job.Priority)
                .FirstOrDefaultAsync(cancellation);
            if (priority is { } found)
            {
                heads.Add((pipeline, found));
            }
        }
        return heads;
    }

    /// <summary>Takes the first ready jobs of a pipeline for <paramref name="server"/>, and begins an attempt at each; in the order in which they are to run.</summary>
    /// <param name="most">How many at most.</param>
    public Task<List<JobRow>> ClaimAsync(
        string pipeline,
        string server,
        TimeSpan lease,
        int most,
        CancellationToken cancellation
    ) =>
        writer.WriteAsync(
            async ledger =>
            {
                var now = Now;
                var claimed = await ledger
                    .Jobs.FromSqlRaw(
                        ledger.Claiming(
                            """
                            UPDATE jobs SET state = 1, server = {0}, lease_until = {1}, started = {2}, attempts = attempts + 1, run = NULL, progress = NULL,
                                result = NULL, code = NULL, reason = NULL, ended = NULL, changed = {2}
                            WHERE id IN (
                                SELECT id FROM jobs WHERE state = 0 AND due IS NULL AND pipeline = {3}
                                ORDER BY priority DESC, queued, id LIMIT {4} SKIP LOCKED)
                            RETURNING *
                            """
                        ),
                        server,
                        now + lease.Ticks,
                        now,
                        pipeline,
                        most
                    )
                    .AsNoTracking()
                    .ToListAsync(cancellation);
                foreach (var job in claimed)
                {
                    await ledger.Database.ExecuteSqlAsync(
                        $"INSERT INTO attempts (job, number, server, started) VALUES ({job.Id}, {job.Attempts}, {server}, {now}) ON CONFLICT DO NOTHING",
                        CancellationToken.None
                    );
                }
                return claimed
                    .OrderByDescending(job => job.Priority)
                    .ThenBy(job => job.Queued)
                    .ThenBy(job => job.Id, StringComparer.Ordinal)
                    .ToList();
            },
            cancellation
        );

    /// <summary>Makes those ready whose pause is over.</summary>
    /// <returns>How many.</returns>
    public Task<int> WakeAsync(CancellationToken cancellation)
    {
        var now = Now;
        return writer.WriteAsync(
            ledger =>
                ledger.Database.ExecuteSqlAsync(
                    $"UPDATE jobs SET due = NULL, changed = {now} WHERE state = 0 AND due IS NOT NULL AND due <= {now}",
                    cancellation
                ),
            cancellation
        );
    }

    /// <summary>Writes down what the engine calls the run.</summary>
    public Task SetRunAsync(JobRow job, string run) =>
        writer.WriteAsync(async ledger =>
        {
            await ledger.Database.ExecuteSqlAsync(
                $"UPDATE jobs SET run = {run}, changed = {Now} WHERE id = {job.Id} AND server = {job.Server} AND attempts = {job.Attempts}"
            );
            await ledger.Database.ExecuteSqlAsync(
                $"UPDATE attempts SET run = {run} WHERE job = {job.Id} AND number = {job.Attempts}"
            );
        });

    /// <summary>
    /// Tells that <paramref name="server"/> lives and how far its jobs are.
    /// </summary>
    /// <param name="running">Its jobs' ids and what workers said last; null: nothing new.</param>
    /// <returns>Those of them that are still its own, and whether somebody wants them cancelled.</returns>
    public Task<Dictionary<string, bool>> RenewAsync(
        string server,
        TimeSpan lease,
        IReadOnlyCollection<(string Job, string? Progress)> running,
        CancellationToken cancellation
    ) =>
        writer.WriteAsync(
            async ledger =>
            {
                var now = Now;
                var own = new Dictionary<string, bool>(StringComparer.Ordinal);
                foreach (var (job, progress) in running)
                {
                    await ledger.Database.ExecuteSqlAsync(
                        progress is null
                            ? (FormattableString)
                                $"UPDATE jobs SET lease_until = {now + lease.Ticks} WHERE id = {job} AND state = 1 AND server = {server}"
                            : $"UPDATE jobs SET lease_until = {now + lease.Ticks}, progress = {progress}, changed = {now} WHERE id = {job} AND state = 1 AND server = {server}",
                        cancellation
                    );
                }
                var kept = ledger
                    .Jobs.Where(job => job.State == JobState.Running && job.Server == server)
                    .Select(job => new { job.Id, job.CancelRequested })
                    .AsAsyncEnumerable();
                await foreach (var job in kept.WithCancellation(cancellation))
                {
                    own[job.Id] = job.CancelRequested;
                }
                return own;
            },
            cancellation
        );

    /// <summary>Lets go of a job whose run goes on without us: the next server that looks takes it over.</summary>
    public Task LetGoAsync(JobRow job)
    {
        var now = Now;
        return writer.WriteAsync(ledger =>
            ledger.Database.ExecuteSqlAsync(
                $"UPDATE jobs SET lease_until = {now}, changed = {now} WHERE id = {job.Id} AND state = 1 AND server = {job.Server}"
            )
        );
    }

    /// <summary>
    /// Takes over running jobs that nobody holds any more: leases that ran out, and those of an earlier life of this server, whose address it has now.
    /// </summary>
    /// <param name="earlierLives">What the names of this server's earlier lives begin with.</param>
    public Task<List<JobRow>> TakeOverAsync(
        string server,
        string earlierLives,
        TimeSpan lease,
        CancellationToken cancellation
    )
    {
        var now = Now;
        return writer.WriteAsync(
            ledger =>
                ledger
                    .Jobs.FromSqlRaw(
                        ledger.Claiming(
                            """
                            UPDATE jobs SET server = {0}, lease_until = {1}, changed = {2} WHERE id IN (
                                SELECT id FROM jobs WHERE state = 1 AND (lease_until <= {2} OR (server <> {0} AND substr(server, 1, {3}) = {4}))
                                LIMIT 100 SKIP LOCKED)
                            RETURNING *
                            """
                        ),
                        server,
                        now + lease.Ticks,
                        now,
                        earlierLives.Length,
                        earlierLives
                    )
                    .AsNoTracking()
                    .ToListAsync(cancellation),
            cancellation
        );
    }
}
