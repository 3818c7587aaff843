using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Ledger;

/// <summary>News of objects, from the moment they are durable to the moment their jobs are.</summary>
public sealed class Announcements(LedgerWriter writer, TimeProvider time)
{
    /// <summary>For so long the one who took an announcement has it for itself.</summary>
    private static readonly TimeSpan Taken = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private List<AnnouncementRow> waiting = [];
    private Task? writing;

    /// <summary>Writes news down, taken for whoever called; returns once they are durable. Those of several callers go in one statement.</summary>
    public async Task<ImmutableArray<AnnouncementRow>> AddAsync(
        IReadOnlyCollection<Announcement> news,
        CancellationToken cancellation
    )
    {
        var now = time.GetUtcNow().UtcTicks;
        ImmutableArray<AnnouncementRow> rows =
        [
            .. news.Select(each => new AnnouncementRow
            {
                Pipeline = each.Pipeline,
                Key = each.Key,
                OtherKey = each.OtherKey,
                Received = now,
                TakenUntil = now + Taken.Ticks,
                Trace = each.Trace,
            }),
        ];
        Task written;
        lock (gate)
        {
            waiting.AddRange(rows);
            written = writing ??= WriteWaitingAsync();
        }
        await written.WaitAsync(cancellation);
        return rows;
    }

    private Task WriteWaitingAsync()
    {
        List<AnnouncementRow>? taken = null;
        return writer.WriteAsync(async ledger =>
        {
            lock (gate)
            {
                // A change may run twice; what came in meanwhile belongs to the next one.
                if (taken is null)
                {
                    (taken, waiting, writing) = (waiting, [], null);
                }
            }
            taken.ForEach(row => row.Id = 0);
            ledger.Announcements.AddRange(taken);
            await ledger.SaveChangesAsync(CancellationToken.None);
            ledger.ChangeTracker.Clear();
        });
    }

    /// <summary>Takes news that somebody had taken and never came back to.</summary>
    public Task<List<AnnouncementRow>> TakeForgottenAsync(int most, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcTicks;
        return writer.WriteAsync(
            ledger =>
                ledger
                    .Announcements.FromSqlRaw(
                        ledger.Claiming(
                            """
                            UPDATE announcements SET taken_until = {0} WHERE id IN (
                                SELECT id FROM announcements WHERE taken_until <= {1} ORDER BY taken_until LIMIT {2} SKIP LOCKED)
                            RETURNING *
                            """
                        ),
                        now + Taken.Ticks,
                        now,
                        most
                    )
                    .AsNoTracking()
                    .ToListAsync(cancellation),
            cancellation
        );
    }

    /// <summary>Lets go of news that could not be looked at now: they are taken again after <paramref name="pause"/>.</summary>
    public Task PostponeAsync(IReadOnlyCollection<long> ids, TimeSpan pause)
    {
        var until = (time.GetUtcNow() + pause).UtcTicks;
        return writer.WriteAsync(ledger =>
            ledger
                .Announcements.Where(row => ids.Contains(row.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.TakenUntil, until))
        );
    }
}

/// <param name="Key">In the pipeline's store, prefix included.</param>
/// <param name="OtherKey">What the object may be called otherwise.</param>
/// <param name="Trace">W3C traceparent of the request that brought it.</param>
public sealed record Announcement(
    string Pipeline,
    string Key,
    string? OtherKey = null,
    string? Trace = null
);
