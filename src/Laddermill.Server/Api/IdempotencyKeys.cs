using System.Security.Cryptography;
using System.Text.Json;
using Laddermill.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Api;

/// <summary>What became of a request's Idempotency-Key.</summary>
/// <param name="Job">The job that came of it before; null when none did yet.</param>
/// <param name="IsMine">The key is new, and this request is the one to answer for it.</param>
/// <param name="IsSame">It was used with the same request, or never.</param>
internal sealed record KeyUse(string? Job, bool IsMine, bool IsSame);

/// <summary>
/// Remembers for a day what came of requests that carried an Idempotency-Key. A key is taken before the work begins, so that of two equal requests at the
/// same moment, on whichever server, one does the work and the other waits for its answer.
/// </summary>
internal sealed class IdempotencyKeys(
    LedgerWriter writer,
    IDbContextFactory<LedgerContext> contexts,
    TimeProvider time
)
{
    public const int MostInKey = 255;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Whoever took a key and gave no answer for so long is gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private long sweptAt;

    /// <summary>Takes a key, or waits for whoever has it.</summary>
    /// <param name="client">Keys of different clients are different keys.</param>
    public async Task<KeyUse> TakeAsync(
        string client,
        string key,
        NewJob request,
        CancellationToken cancellation
    )
    {
        var (name, hash) = ($"{client}/{key}", HashOf(request));
        await SweepAsync();
        var began = time.GetTimestamp();
        while (true)
        {
            if (await InsertAsync(name, hash))
            {
                return new KeyUse(null, true, true);
            }
            await using (var ledger = await contexts.CreateDbContextAsync(cancellation))
            {
                var known = await ledger
                    .Idempotency.AsNoTracking()
                    .FirstOrDefaultAsync(row => row.Key == name, cancellation);
                if (known is not null && (known.Request != hash || known.Job.Length > 0))
                {
                    return new KeyUse(known.Job, false, known.Request == hash);
                }
            }
            if (time.GetElapsedTime(began) > Patience)
            {
                return new KeyUse(null, false, true);
            }
            await Task.Delay(Look, time, cancellation);
        }
    }

    /// <summary>Writes down which job came of it.</summary>
    public Task KeepAsync(string client, string key, string job)
    {
        var name = $"{client}/{key}";
        return writer.WriteAsync(ledger =>
            ledger.Database.ExecuteSqlAsync(
                $"UPDATE idempotency SET job = {job} WHERE key = {name}"
            )
        );
    }

    /// <summary>Nothing came of it: the key is as new.</summary>
    public Task GiveBackAsync(string client, string key)
    {
        var name = $"{client}/{key}";
        return writer.WriteAsync(ledger =>
            ledger.Database.ExecuteSqlAsync(
                $"DELETE FROM idempotency WHERE key = {name} AND job = ''"
            )
        );
    }

    private Task<bool> InsertAsync(string name, string hash)
    {
        var now = time.GetUtcNow().UtcTicks;
        var gone = now - Patience.Ticks;
        return writer.WriteAsync(async ledger =>
            await ledger.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO idempotency (key, request, job, created) VALUES ({name}, {hash}, '', {now})
                ON CONFLICT (key) DO UPDATE SET request = excluded.request, created = excluded.created
                WHERE idempotency.job = '' AND idempotency.created < {gone}
                """
            ) > 0
        );
    }

    /// <summary>Forgets old keys, once an hour.</summary>
    private async Task SweepAsync()
    {
        var now = time.GetUtcNow().UtcTicks;
        var before = Interlocked.Read(ref sweptAt);
        if (
            now - before < TimeSpan.TicksPerHour
            || Interlocked.CompareExchange(ref sweptAt, now, before) != before
        )
        {
            return;
        }
        var old = now - Kept.Ticks;
        await writer.WriteAsync(ledger =>
            ledger.Database.ExecuteSqlAsync($"DELETE FROM idempotency WHERE created < {old}")
        );
    }

    private static string HashOf(NewJob request) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request)));
}
