using System.Collections.Immutable;
using System.Data.Common;
using Laddermill.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Telemetry;

/// <summary>What the whole ledger holds, of all servers that share it; asked for at most every few seconds, and only when somebody looks.</summary>
public sealed class LedgerCounts(IDbContextFactory<LedgerContext> contexts, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Counted last = Counted.Nothing;
    private long asked;

    /// <summary>Nothing while the ledger does not answer: old numbers would look like news.</summary>
    public Counted Now()
    {
        lock (gate)
        {
            if (asked == 0 || time.GetElapsedTime(asked) >= Fresh)
            {
                last = Ask();
                asked = time.GetTimestamp();
            }
            return last;
        }
    }

    /// <summary>When the job was queued that has waited longest: the first of each priority, which the index of ready jobs gives without reading the others.</summary>
    private static long? OldestReady(LedgerContext ledger, string pipeline)
    {
        long? oldest = null;
        var below = int.MaxValue;
        while (
            ledger
                .Jobs.Where(job =>
                    job.State == JobState.Queued
                    && job.Due == null
                    && job.Pipeline == pipeline
                    && job.Priority < below
                )
                .OrderByDescending(job => job.Priority)
                .ThenBy(job => job.Queued)
                .Select(job => new { job.Priority, job.Queued })
                .FirstOrDefault()
                is { } first
        )
        {
            below = first.Priority;
            oldest = Math.Min(oldest ?? long.MaxValue, first.Queued);
        }
        return oldest;
    }

    private Counted Ask()
    {
        try
        {
            using var ledger = contexts.CreateDbContext();
            var jobs = ledger
                .Jobs.GroupBy(job => new { job.Pipeline, job.State })
                .Select(group => new { group.Key, Count = group.LongCount() })
                .ToList();
            var oldest = ImmutableDictionary.CreateBuilder<string, DateTimeOffset>();
            foreach (var pipeline in jobs.Select(each => each.Key.Pipeline).Distinct())
            {
                if (OldestReady(ledger, pipeline) is { } since)
                {
                    oldest[pipeline] = new DateTimeOffset(since, TimeSpan.Zero);
                }
            }
            return new Counted(
                jobs.ToImmutableDictionary(
                    each => (each.Key.Pipeline, each.Key.State),
                    each => each.Count
                ),
                oldest.ToImmutable(),
                ledger.Announcements.LongCount()
            );
        }
        catch (Exception trouble) when (trouble is DbException or TimeoutException)
        {
            return Counted.Nothing;
        }
    }
}

/// <param name="Oldest">When the job was queued that has waited longest and may run at once, by pipeline.</param>
/// <param name="Announcements">News that nobody has looked at yet; null when nobody knows.</param>
public sealed record Counted(
    ImmutableDictionary<(string Pipeline, JobState State), long> Jobs,
    ImmutableDictionary<string, DateTimeOffset> Oldest,
    long? Announcements
)
{
    public static readonly Counted Nothing = new(
        ImmutableDictionary<(string, JobState), long>.Empty,
        ImmutableDictionary<string, DateTimeOffset>.Empty,
        null
    );
}
