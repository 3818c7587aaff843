using System.Collections.Immutable;
using Laddermill.Jobs;
using Laddermill.Transcoding;

namespace Laddermill.Cli.Progress;

/// <summary>Notes when each phase of a job begins, and passes all snapshots on.</summary>
internal sealed class PhaseWatch(TimeProvider clock, IProgress<JobProgress>? next)
    : IProgress<JobProgress>
{
    private readonly Lock gate = new();
    private readonly List<(string Name, double At)> begun = [];
    private DateTimeOffset origin;

    public void Report(JobProgress value)
    {
        lock (gate)
        {
            // No phase comes twice: a snapshot of an earlier one is one that comes late.
            if (begun.All(phase => phase.Name != value.Phase))
            {
                if (begun.Count == 0)
                {
                    origin = clock.GetUtcNow() - TimeSpan.FromSeconds(value.Elapsed);
                }
                begun.Add((value.Phase, value.Elapsed));
            }
        }
        next?.Report(value);
    }

    /// <summary>All phases so far; the last one ends now.</summary>
    public ImmutableArray<JobPhase> End()
    {
        lock (gate)
        {
            var end = (clock.GetUtcNow() - origin).TotalSeconds;
            return
            [
                .. begun.Select(
                    (phase, index) =>
                        new JobPhase(
                            phase.Name,
                            origin + TimeSpan.FromSeconds(phase.At),
                            Math.Round(
                                Math.Max(
                                    0,
                                    (index + 1 < begun.Count ? begun[index + 1].At : end) - phase.At
                                ),
                                3
                            )
                        )
                ),
            ];
        }
    }
}
