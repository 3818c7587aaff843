using Laddermill.Engines;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Ledger;

/// <summary>Writes down how attempts and jobs end, and what people want of them.</summary>
public sealed class JobEnds(LedgerWriter writer, TimeProvider time)
{
    private long Now => time.GetUtcNow().UtcTicks;

    /// <summary>Ends an attempt. Nothing is changed when the job belongs to somebody else by now.</summary>
    /// <param name="told">Called in the same transaction when the job is over: what others must hear of it.</param>
    /// <param name="figures">What the attempt came to; null when nobody knows.</param>
    /// <returns>Whether it was still ours.</returns>
    public Task<bool> EndAsync(
        JobRow job,
        AttemptEnd end,
        EngineRun? run,
        string? result,
        string? revision,
        string? log,
        Func<LedgerContext, JobRow, Task> told,
        AttemptFigures? figures = null
    ) =>
        writer.WriteAsync(async ledger =>
        {
            var now = Now;
            await ledger.Database.ExecuteSqlAsync(
                $"""
                UPDATE attempts SET ended = {now}, exit_code = {run?.ExitCode}, outcome = {end.Outcome}, reason = {end.Reason}, log = {log}
                WHERE job = {job.Id} AND number = {job.Attempts} AND ended IS NULL
                """
            );
            var failed = end.Outcome == "failed" ? 1 : 0;
            var isOver = end.State != JobState.Queued;
            var changed = await ledger.Database.ExecuteSqlAsync(
                $"""
                UPDATE jobs SET state = {(int)
                    end.State}, server = NULL, lease_until = NULL, run = NULL, progress = NULL, result = {result},
                    due = {(end.Pause is { } pause ? now + pause.Ticks : (long?)null)}, ended = {(
                    isOver ? now : (long?)null
                )}, code = {end.Code}, reason = {end.Reason},
                    revision = COALESCE({revision}, revision), failures = failures + {failed},
                    losses = {(
                    end.Outcome == "lost" ? job.Losses + 1 : 0
                )}, cancel_requested = {false}, changed = {now}
                WHERE id = {job.Id} AND state = 1 AND server = {job.Server} AND attempts = {job.Attempts}
                """
            );
            if (changed > 0 && figures is not null)
            {
                await Hours.AddAsync(ledger, job, figures, now);
            }
            if (changed > 0 && isOver)
            {
                await told(
                    ledger,
                    await ledger.Jobs.AsNoTracking().FirstAsync(row => row.Id == job.Id)
                );
            }
            return changed > 0;
        });

    /// <summary>Undoes a claim: the attempt never began, and the job goes back to where it stood.</summary>
    /// <param name="pause">Before it is claimed again.</param>
    public Task GiveBackAsync(JobRow job, TimeSpan pause, string reason) =>
        writer.WriteAsync(async ledger =>
        {
            var now = Now;
            var due = now + pause.Ticks;
            var isOurs = await ledger.Database.ExecuteSqlAsync(
                $"""
                UPDATE jobs SET state = 0, due = {due}, server = NULL, lease_until = NULL, attempts = attempts - 1, code = 'no-room', reason = {reason},
                    changed = {now}
                WHERE id = {job.Id} AND state = 1 AND server = {job.Server} AND attempts = {job.Attempts}
                """
            );
            if (isOurs > 0)
            {
                await ledger.Database.ExecuteSqlAsync(
                    $"DELETE FROM attempts WHERE job = {job.Id} AND number = {job.Attempts}"
                );
            }
        });

    /// <summary>Cancels a job that waits, or asks whoever runs it to stop; false when it is over.</summary>
    public Task<bool> CancelAsync(string id, Func<LedgerContext, JobRow, Task> told) =>
        writer.WriteAsync(async ledger =>
        {
            var now = Now;
            var waiting = await ledger.Database.ExecuteSqlAsync(
                $"""
                UPDATE jobs SET state = 5, due = NULL, ended = {now}, code = 'cancelled', reason = 'It was cancelled on request.', changed = {now}
                WHERE id = {id} AND state = 0
                """
            );
            if (waiting > 0)
            {
                await told(
                    ledger,
                    await ledger.Jobs.AsNoTracking().FirstAsync(row => row.Id == id)
                );
                return true;
            }
            return await ledger.Database.ExecuteSqlAsync(
                    $"UPDATE jobs SET cancel_requested = {true}, changed = {now} WHERE id = {id} AND state = 1"
                ) > 0;
        });

    /// <summary>Queues a job again that is over, or that waits for its next attempt; false when it runs or is queued.</summary>
    /// <param name="document">With another document; null: the same.</param>
    public Task<bool> RetryAsync(string id, string? document) =>
        writer.WriteAsync(async ledger =>
        {
            var now = Now;
            return await ledger.Database.ExecuteSqlAsync(
                    $"""
                    UPDATE jobs SET state = 0, due = NULL, queued = {now}, ended = NULL, failures = 0, losses = 0, code = NULL, reason = NULL,
                        document = COALESCE({document}, document), cancel_requested = {false}, changed = {now}
                    WHERE id = {id} AND (state > 1 OR (state = 0 AND due IS NOT NULL))
                    """
                ) > 0;
        });
}
