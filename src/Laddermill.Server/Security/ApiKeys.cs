using System.Data.Common;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Laddermill.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Security;

/// <summary>A key as it may be shown: never the key itself.</summary>
/// <param name="Id">By this it is revoked.</param>
/// <param name="Name">Whose it is, for people.</param>
/// <param name="Scope">What it opens; each scope includes the ones before it.</param>
/// <param name="LastUsed">To the minute.</param>
/// <param name="Revoked">Since then it opens nothing.</param>
public sealed record KeyView(
    string Id,
    string Name,
    Scope Scope,
    DateTimeOffset Created,
    DateTimeOffset? LastUsed,
    DateTimeOffset? Revoked
);

/// <summary>
/// Keys of the API. A key is 200 random bits, so its plain SHA-256 is all that is kept: nobody can guess it from that, and it is found by an index.
/// </summary>
public sealed partial class ApiKeys(
    LedgerWriter writer,
    IDbContextFactory<LedgerContext> contexts,
    TimeProvider time,
    ILogger<ApiKeys> log
)
{
    /// <summary>What every key begins with, so that people and scanners see what it is.</summary>
    public const string Prefix = "lm_";

    /// <summary>What the name of a caller begins with who is known by a key; its id follows.</summary>
    private const string KeyClient = "key:";

    public const int MostInName = 64;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Length = 40;

    /// <summary>How exactly it is known when a key was last used.</summary>
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>What is wrong with a name, in a sentence; null when nothing is.</summary>
    public static string? NameProblem(string? name) =>
        name is { Length: > 0 and <= MostInName }
        && !name.Any(c => char.IsControl(c) || char.IsSurrogate(c))
        && name.Trim() == name
            ? null
            : $"A key needs a name of 1 to {MostInName} plain characters, which says whose it is.";

    /// <returns>The key, which cannot be shown again, and what is known of it.</returns>
    public async Task<(string Key, KeyView View)> CreateAsync(
        string name,
        Scope scope,
        CancellationToken cancellation
    )
    {
        var key = Prefix + RandomNumberGenerator.GetString(Letters, Length);
        var row = new KeyRow
        {
            Id = RandomNumberGenerator.GetString(Letters, 10),
            Name = name,
            Hash = HashOf(key),
            Scopes = Security.Scopes.NameOf(scope),
            Created = time.GetUtcNow().UtcTicks,
        };
        await writer.WriteAsync(
            ledger =>
                ledger.Database.ExecuteSqlAsync(
                    $"INSERT INTO keys (id, name, hash, scopes, created) VALUES ({row.Id}, {row.Name}, {row.Hash}, {row.Scopes}, {row.Created})",
                    CancellationToken.None
                ),
            cancellation
        );
        return (key, ViewOf(row));
    }

    /// <summary>All that were ever made, newest first.</summary>
    public async Task<List<KeyView>> ListAsync(CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var rows = await ledger
            .Keys.AsNoTracking()
            .OrderByDescending(key => key.Created)
            .ThenBy(key => key.Id)
            .ToListAsync(cancellation);
        return [.. rows.Select(ViewOf)];
    }

    /// <summary>From the next request on the key opens nothing, on any server of the ledger. False: there is no such key.</summary>
    public Task<bool> RevokeAsync(string id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcTicks;
        return writer.WriteAsync(
            async ledger =>
                await ledger.Database.ExecuteSqlAsync(
                    $"UPDATE keys SET revoked = COALESCE(revoked, {now}) WHERE id = {id}",
                    CancellationToken.None
                ) > 0,
            cancellation
        );
    }

    /// <summary>Null for what is no key, an unknown or a revoked one.</summary>
    public async Task<KeyView?> FindAsync(string key, CancellationToken cancellation)
    {
        if (key.Length != Prefix.Length + Length)
        {
            return null;
        }
        var hash = HashOf(key);
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var row = await ledger
            .Keys.AsNoTracking()
            .FirstOrDefaultAsync(each => each.Hash == hash && each.Revoked == null, cancellation);
        if (row is null)
        {
            return null;
        }
        NoteUse(row);
        return ViewOf(row);
    }

    /// <summary>Whether the key that somebody signed in with still opens something. Who came otherwise is known by other means.</summary>
    public async Task<bool> IsAliveAsync(ClaimsPrincipal caller, CancellationToken cancellation)
    {
        if (Security.Scopes.ClientOf(caller) is not { } client)
        {
            return false;
        }
        if (!client.StartsWith(KeyClient, StringComparison.Ordinal))
        {
            return true;
        }
        var id = client[KeyClient.Length..];
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger
            .Keys.AsNoTracking()
            .AnyAsync(each => each.Id == id && each.Revoked == null, cancellation);
    }

    /// <summary>Nobody waits for it, and once in a minute is enough.</summary>
    private void NoteUse(KeyRow row)
    {
        var now = time.GetUtcNow().UtcTicks;
        var before = now - Minute.Ticks;
        if (row.LastUsed > before)
        {
            return;
        }
        _ = WriteAsync();

        async Task WriteAsync()
        {
            try
            {
                await writer.WriteAsync(ledger =>
                    ledger.Database.ExecuteSqlAsync(
                        $"UPDATE keys SET last_used = {now} WHERE id = {row.Id} AND (last_used IS NULL OR last_used <= {before})"
                    )
                );
            }
            catch (Exception trouble)
                when (trouble is DbException or System.Threading.Channels.ChannelClosedException)
            {
                UseNotNoted(row.Id, trouble.Message);
            }
        }
    }

    private static KeyView ViewOf(KeyRow row) =>
        new(
            row.Id,
            row.Name,
            Security.Scopes.Widest([row.Scopes]) ?? Scope.Read,
            Instant(row.Created)!.Value,
            Instant(row.LastUsed),
            Instant(row.Revoked)
        );

    private static DateTimeOffset? Instant(long? ticks) =>
        ticks is { } known ? new DateTimeOffset(known, TimeSpan.Zero) : null;

    private static string HashOf(string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    [LoggerMessage(LogLevel.Warning, "Key {Key}: its use cannot be written down: {Reason}")]
    private partial void UseNotNoted(string key, string reason);
}
