using System.Collections.Immutable;
using Laddermill.Jobs;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Console.Job;

/// <summary>One bar of a job's timeline.</summary>
/// <param name="Kind"><c>wait</c>, <c>attempt</c> or <c>phase</c>.</param>
/// <param name="End">Null: it goes on.</param>
/// <param name="Outcome">Of an attempt that is over.</param>
public sealed record Bar(
    string Name,
    string Kind,
    DateTimeOffset Start,
    DateTimeOffset? End,
    string? Outcome = null
);

/// <summary>What happened to a job when: from the news of it to its end.</summary>
internal static class Waterfall
{
    /// <summary>Shorter than this, nobody sees that it was.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(50);

    /// <param name="attempts">In order.</param>
    /// <param name="phases">Of the last attempt, by its worker's clock.</param>
    public static ImmutableArray<Bar> Of(
        JobRow job,
        IReadOnlyList<AttemptRow> attempts,
        ImmutableArray<JobPhase> phases
    )
    {
        var bars = ImmutableArray.CreateBuilder<Bar>();
        var since = At(job.Created);
        for (var index = 0; index < attempts.Count; index++)
        {
            var attempt = attempts[index];
            var (start, isLast) = (At(attempt.Started), index == attempts.Count - 1);
            if (start - since >= LeastPause || index == 0)
            {
                bars.Add(new Bar(index == 0 ? "Queue" : "Pause", "wait", since, start));
            }
            var end = attempt.Ended is { } ended ? At(ended) : (DateTimeOffset?)null;
            bars.Add(new Bar($"Attempt {attempt.Number}", "attempt", start, end, attempt.Outcome));
            if (isLast)
            {
                AddPhases(bars, start, end, phases);
            }
            since = end ?? since;
        }
        if (job.State == JobState.Queued)
        {
            bars.Add(new Bar(attempts.Count == 0 ? "Queue" : "Pause", "wait", since, null));
        }
        return bars.ToImmutable();
    }

    private static void AddPhases(
        ImmutableArray<Bar>.Builder bars,
        DateTimeOffset start,
        DateTimeOffset? end,
        ImmutableArray<JobPhase> phases
    )
    {
        if (phases.Length > 0 && phases[0].Start > start)
        {
            bars.Add(new Bar("launch", "phase", start, phases[0].Start));
        }
        foreach (var phase in phases)
        {
            var over = phase.Start + TimeSpan.FromSeconds(phase.Seconds);
            // Another machine's clock may be off: what a worker did lies within its attempt.
            bars.Add(
                new Bar(phase.Name, "phase", Later(phase.Start, start), end < over ? end : over)
            );
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) =>
        one > other ? one : other;

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}
