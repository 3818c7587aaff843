using Laddermill.Engines;

namespace Laddermill.Server.Ledger;

/// <summary>How an attempt ended, and what becomes of its job: decided without effects.</summary>
/// <param name="Outcome">Of the attempt: <c>succeeded</c>, <c>failed</c>, <c>rejected</c>, <c>cancelled</c>, <c>lost</c> or <c>released</c>.</param>
/// <param name="State">The job's state from now on.</param>
/// <param name="Pause">When it is queued again: after this; null for at once.</param>
public sealed record AttemptEnd(
    string Outcome,
    JobState State,
    TimeSpan? Pause,
    string? Code,
    string? Reason
)
{
    /// <summary>Workers that vanish so often in a row take something with them each time: then it is a failure like others.</summary>
    public const int MostLosses = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <param name="run">As the engine shows it; null when it shows none any more.</param>
    /// <param name="result">What the worker said last; null when it said nothing.</param>
    /// <param name="failures">Of the job before this attempt.</param>
    /// <param name="losses">In a row before this attempt.</param>
    /// <param name="isCancelled">Somebody wanted it cancelled.</param>
    /// <param name="isReleased">We stop, and let go of it.</param>
    /// <param name="chance">0 to 1: jitter, so that jobs which failed together do not come back together.</param>
    public static AttemptEnd Decide(
        EngineRun? run,
        WorkerResult? result,
        int failures,
        int losses,
        int maxAttempts,
        bool isCancelled,
        bool isReleased,
        double chance
    )
    {
        switch (run?.ExitCode)
        {
            case 0:
                return new("succeeded", JobState.Succeeded, null, null, null);
            case 3:
                return new(
                    "rejected",
                    JobState.Rejected,
                    null,
                    result?.Code,
                    result?.Reason ?? "The source was rejected; the log says why."
                );
            case 2:
                // Wrong usage: the same words would be as wrong again.
                return new(
                    "failed",
                    JobState.Failed,
                    null,
                    "usage",
                    result?.Reason ?? "The worker could not be used like this; the log says why."
                );
        }
        if (isCancelled)
        {
            return new(
                "cancelled",
                JobState.Cancelled,
                null,
                "cancelled",
                "It was cancelled on request."
            );
        }
        if (isReleased)
        {
            return new("released", JobState.Queued, null, null, null);
        }
        if (run is not { ExitCode: 1 })
        {
            var words = run is null
                ? "The worker vanished without a word."
                : $"The worker ended without a word{(run.ExitCode is { } code ? $" (exit code {code})" : "")}. {run.Detail}".TrimEnd();
            return losses + 1 < MostLosses
                ? new(
                    "lost",
                    JobState.Queued,
                    losses == 0 ? null : Backoff(losses - 1, chance),
                    "worker-lost",
                    words
                )
                : new(
                    "lost",
                    JobState.Failed,
                    null,
                    "worker-lost",
                    $"{words} It was the {MostLosses}th in a row."
                );
        }
        var reason = result?.Reason ?? "The worker failed; the log says why.";
        return failures + 1 < maxAttempts
            ? new("failed", JobState.Queued, Backoff(failures, chance), result?.Code, reason)
            : new("failed", JobState.Failed, null, result?.Code, reason);
    }

    /// <summary>5 s, 20 s, 80 s … up to 10 min, each made shorter by up to a half.</summary>
    private static TimeSpan Backoff(int before, double chance)
    {
        var whole = Math.Min(
            LongestPause.TotalSeconds,
            FirstPause.TotalSeconds * Math.Pow(4, Math.Min(before, 10))
        );
        return TimeSpan.FromSeconds(whole * (1 - chance / 2));
    }
}

/// <summary>What a worker's last line says, as far as the ledger cares.</summary>
public sealed record WorkerResult(string? State, string? Code, string? Reason, string? Revision);
