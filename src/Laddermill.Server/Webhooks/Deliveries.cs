using Laddermill.Server.Ledger;
using Laddermill.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Webhooks;

/// <summary>Messages to webhooks in the ledger: which are due, what came of them, and which are to be sent again.</summary>
public sealed class Deliveries(
    LedgerWriter writer,
    IDbContextFactory<LedgerContext> contexts,
    TimeProvider time
)
{
    /// <summary>For so long the one who took a message has it for itself: longer than an attempt lasts.</summary>
    private static readonly TimeSpan Taken = WebhookSender.Timeout + TimeSpan.FromSeconds(40);

    private long Now => time.GetUtcNow().UtcTicks;

    /// <summary>Takes messages that are due.</summary>
    public async Task<List<DeliveryRow>> TakeDueAsync(int most, CancellationToken cancellation)
    {
        var now = Now;
        // Most of the time there is none, and nothing is to be written.
        await using (var ledger = await contexts.CreateDbContextAsync(cancellation))
        {
            if (!await ledger.Deliveries.AnyAsync(row => row.Due <= now, cancellation))
            {
                return [];
            }
        }
        return await writer.WriteAsync(
            ledger =>
                ledger
                    .Deliveries.FromSqlRaw(
                        ledger.Claiming(
                            """
                            UPDATE deliveries SET due = {0} WHERE id IN (
                                SELECT id FROM deliveries WHERE due IS NOT NULL AND due <= {1} ORDER BY due LIMIT {2} SKIP LOCKED)
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

    /// <summary>Writes down what an attempt came to.</summary>
    /// <param name="chance">0 to 1: jitter of the pause.</param>
    public Task EndAsync(DeliveryRow row, WebhookResult result, double chance)
    {
        var now = Now;
        var attempts = row.Attempts + 1;
        var (state, pause, status, error) = result switch
        {
            WebhookResult.Delivered done => (WebhookEnding.Delivered, null, done.Status, null),
            WebhookResult.Gone => (
                WebhookEnding.GivenUp,
                (TimeSpan?)null,
                410,
                "The receiver wants no more messages (410)."
            ),
            WebhookResult.Retry again => WebhookSchedule.After(attempts, again.After, chance)
                is { } wait
                ? (WebhookEnding.Waiting, wait, again.Status, again.Reason)
                : (WebhookEnding.GivenUp, (TimeSpan?)null, again.Status, again.Reason),
            _ => throw new InvalidOperationException($"{result} is no result of a webhook."),
        };
        long? due = pause is { } after ? now + after.Ticks : null;
        long? ended = pause is null ? now : null;
        return writer.WriteAsync(ledger =>
            ledger
                .Deliveries.Where(each => each.Id == row.Id)
                .ExecuteUpdateAsync(set =>
                    set.SetProperty(each => each.State, state)
                        .SetProperty(each => each.Due, due)
                        .SetProperty(each => each.Attempts, attempts)
                        .SetProperty(each => each.Status, status)
                        .SetProperty(each => each.Error, error)
                        .SetProperty(each => each.Ended, ended)
                )
        );
    }

    /// <summary>Sends a message again, from its first attempt on; false when there is none.</summary>
    public Task<bool> ReplayAsync(string id)
    {
        var now = Now;
        return writer.WriteAsync(async ledger =>
            await ledger
                .Deliveries.Where(each => each.Id == id)
                .ExecuteUpdateAsync(set =>
                    set.SetProperty(each => each.State, WebhookEnding.Waiting)
                        .SetProperty(each => each.Due, (long?)now)
                        .SetProperty(each => each.Attempts, 0)
                        .SetProperty(each => each.Ended, (long?)null)
                ) > 0
        );
    }

    /// <summary>Newest first.</summary>
    public async Task<List<DeliveryRow>> ListAsync(
        string? webhook,
        string? job,
        string? state,
        int limit,
        CancellationToken cancellation
    )
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger
            .Deliveries.AsNoTracking()
            .Where(row =>
                (webhook == null || row.Webhook == webhook)
                && (job == null || row.Job == job)
                && (state == null || row.State == state)
            )
            .OrderByDescending(row => row.Created)
            .Take(limit)
            .ToListAsync(cancellation);
    }
}
