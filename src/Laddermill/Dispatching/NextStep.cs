using Laddermill.Engines;
using Laddermill.Jobs;

namespace Laddermill.Dispatching;

/// <summary>What is known of a job when somebody asks for it.</summary>
/// <param name="Run">The newest claim's run, as the engine shows it; null when it shows none, or was not asked.</param>
/// <param name="IsPending">Whether there is a note that it could not be started.</param>
internal sealed record JobStanding(
    JobOutcome? Outcome,
    Claim? Claim,
    EngineRun? Run,
    bool IsPending
);

/// <summary>What to do about a job: one decision for events and sweeps, without effects.</summary>
internal abstract record NextStep
{
    /// <summary>It is cared for, or nobody can help it.</summary>
    public sealed record Leave(string State, string? Reason) : NextStep;

    /// <summary>Start this attempt; claimed already when the claim on it exists.</summary>
    public sealed record Start(int Attempt, int Unbegun, bool IsClaimed) : NextStep;

    /// <summary>Its worker vanished too often; nobody is to try again.</summary>
    public sealed record GiveUp(string Reason, int Attempts) : NextStep;

    /// <summary>Longer than a function may run: whoever made a claim so long ago will not start anything any more.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(6);

    /// <param name="mayRetry">Whether a second attempt may be made: a sweep's business, not an event's.</param>
    public static NextStep Decide(
        JobStanding known,
        DateTimeOffset now,
        int maxAttempts,
        bool mayRetry
    )
    {
        var (outcome, claim, run, isPending) = known;
        if (outcome is { State: JobEnd.Done })
        {
            return new Leave("done", "it was done before");
        }
        if (outcome is { State: JobEnd.Rejected })
        {
            return new Leave("rejected", outcome.Reason);
        }
        if (outcome is not null && outcome.Attempts >= maxAttempts)
        {
            return new Leave(
                "failed",
                $"it failed {outcome.Attempts} times, the last time with: {outcome.Reason}"
            );
        }
        if (claim is null)
        {
            return new Start(1, 0, IsClaimed: false);
        }
        if (!mayRetry)
        {
            return isPending
                ? new Leave("pending", "it waits for the next sweep")
                : new Leave("claimed", $"attempt {claim.Attempt} was claimed at {claim.Made:u}");
        }
        if (run is { State: not EngineState.Ended })
        {
            return new Leave("running", $"attempt {claim.Attempt} runs");
        }
        if (outcome is not null && outcome.Ended > claim.Made)
        {
            return new Start(claim.Attempt + 1, claim.Unbegun, IsClaimed: false);
        }
        if (run is null && claim.Run is null)
        {
            return isPending || now - claim.Made > Grace
                ? new Start(claim.Attempt, claim.Unbegun, IsClaimed: true)
                : new Leave("claimed", $"attempt {claim.Attempt} is being started");
        }
        if (run is { ExitCode: null })
        {
            return new Start(claim.Attempt + 1, claim.Unbegun + 1, IsClaimed: false);
        }
        var counted = claim.Attempt - claim.Unbegun;
        return counted >= maxAttempts
            ? new GiveUp(
                $"The worker ended {counted} times without an outcome{(run is { ExitCode: { } code } ? $", the last time with exit code {code}" : "")}; worker.log beside job.json has its last words.",
                counted
            )
            : new Start(claim.Attempt + 1, claim.Unbegun, IsClaimed: false);
    }
}
