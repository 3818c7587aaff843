using System.Collections.Immutable;

namespace Laddermill.Engines.ChildProcesses;

/// <param name="Program">The file of <c>laddermill</c>, and words before those of each run.</param>
/// <param name="Slots">How many runs there may be at once.</param>
public sealed record ProcessEngineOptions(ImmutableArray<string> Program, int Slots)
{
    /// <summary>How long a run that is removed has to end by itself, so that it leaves no playlist of what is not complete.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Those without <see cref="WorkerLimits.Problems"/>.</summary>
    public WorkerLimits Limits { get; init; } = new();
}
