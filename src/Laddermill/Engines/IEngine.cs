using System.Collections.Immutable;

namespace Laddermill.Engines;

/// <summary>
/// What carries out jobs: starts, watches and stops one <c>laddermill</c> for each attempt at a job, wherever that runs. Placement and limits are the
/// engine's own. Runs are found again by job and attempt, also by another process than the one that started them.
/// </summary>
public interface IEngine
{
    /// <summary>Whether runs go on when the process that started them ends.</summary>
    bool RunsOutliveUs => true;

    /// <summary>Starts a run. The same work started twice is one run, where the engine can know.</summary>
    /// <exception cref="EngineFullException">There is no room now.</exception>
    /// <exception cref="EngineException">It cannot be started as things are.</exception>
    Task<EngineRun> StartAsync(EngineWork work, CancellationToken cancellation);

    /// <summary>One run as it is now; null when there is none, or no more.</summary>
    Task<EngineRun?> LookAsync(string id, CancellationToken cancellation);

    /// <summary>All runs that the engine knows, ended ones too until they are removed; exit codes may be missing, see <see cref="LookAsync"/>.</summary>
    IAsyncEnumerable<EngineRun> ListAsync(CancellationToken cancellation);

    /// <summary>The last that a run wrote, whether it still runs or not; empty when nothing is kept.</summary>
    Task<string> ReadLogAsync(string id, CancellationToken cancellation);

    /// <summary>
    /// Waits for the end of a run: the run as it is then, or null when there is none, or when it was removed meanwhile. One call may last as long as
    /// the run.
    /// </summary>
    /// <exception cref="EngineException">The engine cannot be asked; the run may well go on, and can be waited for again.</exception>
    Task<EngineRun?> WaitAsync(string id, CancellationToken cancellation) =>
        EnginePolling.WaitAsync(this, id, cancellation);

    /// <summary>
    /// What a run writes, line by line, from the earliest line that is kept to the last one of the run; none when there is no run. Only its output, where the
    /// engine can tell it from its errors. A reader who is too slow misses lines, as the engine keeps the last ones only.
    /// </summary>
    /// <exception cref="EngineException">The engine cannot be asked; the run may well go on, and can be followed again.</exception>
    IAsyncEnumerable<string> FollowAsync(string id, CancellationToken cancellation) =>
        EnginePolling.FollowAsync(this, id, cancellation);

    /// <summary>Stops a run if it runs, and lets go of what it holds; nothing when it is gone.</summary>
    Task RemoveAsync(string id, CancellationToken cancellation);
}

/// <summary>One attempt at one job.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Attempt">Counts from 1.</param>
/// <param name="Arguments">Of <c>laddermill</c>.</param>
/// <param name="Environment">Beside what the engine gives by itself.</param>
public sealed record EngineWork(
    string Job,
    int Attempt,
    ImmutableArray<string> Arguments,
    ImmutableSortedDictionary<string, string> Environment
);

public enum EngineState
{
    /// <summary>Accepted; <c>laddermill</c> does not run yet.</summary>
    Starting,
    Running,

    /// <summary><c>laddermill</c> has ended, or will never begin.</summary>
    Ended,
}

/// <param name="Id">The engine's own.</param>
/// <param name="ExitCode">Of <c>laddermill</c>; null while it runs, when it never began, and when nobody knows.</param>
/// <param name="Detail">The engine's words on how it is; null when it has none.</param>
public sealed record EngineRun(
    string Id,
    string Job,
    int Attempt,
    EngineState State,
    int? ExitCode = null,
    string? Detail = null
);

/// <summary>An engine refused or could not be reached. The message says which, and in whose words.</summary>
public class EngineException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>There is no room for a run now; there will be.</summary>
public sealed class EngineFullException(string message, Exception? inner = null)
    : EngineException(message, inner);
