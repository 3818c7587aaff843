using System.Text.Json;
using Laddermill.Jobs;
using Laddermill.Server.Api;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Running;

/// <summary>What came of an order.</summary>
public enum Steered
{
    Done,

    NoSuchJob,

    /// <summary>As things stand it cannot be done: the job is over, or is not.</summary>
    NotNow,
}

/// <summary>Carries out what people want of a job, whichever way they say it.</summary>
public sealed class JobSteering(
    JobQueries queries,
    JobEnds ends,
    JobEndings endings,
    RunningJobs running,
    Signals signals
)
{
    /// <summary>One that waits is cancelled at once; one that runs, as soon as its worker has ended.</summary>
    public async Task<Steered> CancelAsync(string id, CancellationToken cancellation)
    {
        if (await queries.FindAsync(id, cancellation) is null)
        {
            return Steered.NoSuchJob;
        }
        if (!await ends.CancelAsync(id, endings.TellAsync))
        {
            return Steered.NotNow;
        }
        running.Find(id)?.Cancel();
        return Steered.Done;
    }

    /// <summary>Queues a job again that is over, or that waits for its next attempt.</summary>
    /// <param name="force">Make a new revision even when the job is done already.</param>
    public async Task<Steered> RetryAsync(string id, bool force, CancellationToken cancellation)
    {
        if (await queries.FindAsync(id, cancellation) is not { } job)
        {
            return Steered.NoSuchJob;
        }
        // What was rejected is answered with the same reason again, unless a new revision is forced.
        var document = JobDocument.Parse(job.Document) with
        {
            Force = force || job.State == JobState.Rejected,
        };
        if (
            !await ends.RetryAsync(
                id,
                JsonSerializer.Serialize(document, WorkerJson.Default.JobDocument)
            )
        )
        {
            return Steered.NotNow;
        }
        signals.JobReady();
        return Steered.Done;
    }
}
