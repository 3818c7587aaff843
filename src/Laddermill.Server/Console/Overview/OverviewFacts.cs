using System.Collections.Immutable;
using Laddermill.Server.Configuration;
using Laddermill.Server.Console.Jobs;
using Laddermill.Server.Ledger;
using Laddermill.Server.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Console.Overview;

/// <summary>How things stand, of all servers that share the ledger.</summary>
/// <param name="Running">Jobs that run, oldest first.</param>
/// <param name="Queued">How many wait.</param>
/// <param name="Oldest">Since when the one waits that has waited longest and may run at once; null when none does.</param>
/// <param name="Ended">How many ended within the last 24 hours, by state.</param>
/// <param name="Spans">The history, oldest first, without holes.</param>
/// <param name="Cost">Of all that was ever done; null where no prices are known.</param>
internal sealed record OverviewFacts(
    IReadOnlyList<JobLine> Running,
    long Queued,
    DateTimeOffset? Oldest,
    IReadOnlyDictionary<JobState, int> Ended,
    ImmutableArray<HistorySpan> Spans,
    decimal? Cost
);

/// <summary>Sums of a piece of time.</summary>
/// <param name="Cost">In the configured currency; 0 where no prices are known.</param>
public sealed record HistorySpan(
    DateTimeOffset Start,
    int Published,
    double FilmSeconds,
    double EncodeSeconds,
    long Bytes,
    decimal Cost
)
{
    /// <summary>Seconds of film for each second of encoding; null when nothing was encoded.</summary>
    public double? Speed => EncodeSeconds > 0 ? FilmSeconds / EncodeSeconds : null;
}

/// <summary>How far back a history goes, and how finely.</summary>
public sealed record HistoryRange(string Word, string Name, TimeSpan Span, int Count)
{
    public static readonly ImmutableArray<HistoryRange> All =
    [
        new("24h", "24 hours", TimeSpan.FromHours(1), 24),
        new("7d", "7 days", TimeSpan.FromHours(6), 28),
        new("30d", "30 days", TimeSpan.FromDays(1), 30),
    ];

    public static HistoryRange Of(string? word) =>
        All.FirstOrDefault(each => each.Word == word) ?? All[0];
}

/// <summary>Asks the ledger how things stand. Each question follows an index, and costs the same however much was done before.</summary>
internal sealed class OverviewReader(
    JobTable table,
    LedgerCounts counts,
    IDbContextFactory<LedgerContext> contexts,
    ServerSetup setup
)
{
    private const int MostRunning = 50;

    public async Task<OverviewFacts> ReadAsync(
        HistoryRange range,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var running = await table.RunningAsync(MostRunning, cancellation);
        var counted = counts.Now();
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var day = (now - TimeSpan.FromDays(1)).UtcTicks;
        var ended = await ledger
            .Jobs.Where(job => job.Ended >= day)
            .GroupBy(job => job.State)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(each => each.Key, each => each.Count, cancellation);
        var start = FirstSpan(range, now);
        var since = start.UtcTicks;
        var hours = await ledger
            .Hours.AsNoTracking()
            .Where(hour => hour.Hour >= since)
            .ToListAsync(cancellation);
        return new OverviewFacts(
            running,
            counted.Jobs.Where(each => each.Key.State == JobState.Queued).Sum(each => each.Value),
            counted.Oldest.IsEmpty ? null : counted.Oldest.Values.Min(),
            ended,
            Spans(range, start, hours),
            await CostAsync(ledger, cancellation)
        );
    }

    /// <summary>So that the last span holds the present hour.</summary>
    private static DateTimeOffset FirstSpan(HistoryRange range, DateTimeOffset now)
    {
        var ticks = now.UtcTicks;
        var last = ticks - ticks % range.Span.Ticks;
        return new DateTimeOffset(last, TimeSpan.Zero) - range.Span * (range.Count - 1);
    }

    private ImmutableArray<HistorySpan> Spans(
        HistoryRange range,
        DateTimeOffset start,
        List<HourRow> hours
    )
    {
        var bySpan = hours.ToLookup(hour => (hour.Hour - start.UtcTicks) / range.Span.Ticks);
        return
        [
            .. Enumerable
                .Range(0, range.Count)
                .Select(index => new HistorySpan(
                    start + range.Span * index,
                    bySpan[index].Sum(hour => hour.Published),
                    bySpan[index].Sum(hour => hour.FilmSeconds),
                    bySpan[index].Sum(hour => hour.EncodeSeconds),
                    bySpan[index].Sum(hour => hour.Bytes),
                    CostOf(
                        bySpan[index].Sum(hour => hour.ProcessorSeconds),
                        bySpan[index].Sum(hour => hour.MemorySeconds)
                    )
                )),
        ];
    }

    private async Task<decimal?> CostAsync(LedgerContext ledger, CancellationToken cancellation) =>
        !setup.Options.Prices.AreKnown
            ? null
            : CostOf(
                await ledger.Hours.SumAsync(hour => hour.ProcessorSeconds, cancellation),
                await ledger.Hours.SumAsync(hour => hour.MemorySeconds, cancellation)
            );

    private decimal CostOf(double processorSeconds, double memorySeconds)
    {
        var prices = setup.Options.Prices;
        return (
                (decimal)processorSeconds * prices.ProcessorHour
                + (decimal)memorySeconds * prices.MemoryHour
            ) / 3600;
    }
}
