using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json.Serialization;
using Laddermill.Engines;
using Laddermill.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Telemetry;

/// <summary>
/// Whether this server can do its work. Anyone may ask, and often: the answer holds for a moment, and tells no addresses; what systems said in their own
/// words is in the log.
/// </summary>
internal sealed partial class Readiness(
    IDbContextFactory<LedgerContext> contexts,
    IEngine engine,
    IHostApplicationLifetime life,
    TimeProvider time,
    ILogger<Readiness> log
) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim gate = new(1, 1);
    private ImmutableArray<HealthCheck> last = [];
    private long looked;
    private bool isMigrated;

    public async Task<HealthReport> LookAsync(CancellationToken cancellation)
    {
        if (life.ApplicationStopping.IsCancellationRequested)
        {
            return HealthReport.Of([new("running", false, "The server is stopping.")]);
        }
        await gate.WaitAsync(cancellation);
        try
        {
            if (last.IsEmpty || time.GetElapsedTime(looked) >= Fresh)
            {
                // Not given up with whoever asks first: others wait for the same answer.
                last =
                [
                    new("running", true, null),
                    .. await Task.WhenAll(
                        CheckAsync("ledger", "The ledger does not answer", LedgerAsync),
                        CheckAsync(
                            "migrations",
                            "The ledger's tables cannot be looked at",
                            MigrationsAsync
                        ),
                        CheckAsync("engine", "The engine does not answer", EngineAsync)
                    ),
                ];
                looked = time.GetTimestamp();
            }
            return HealthReport.Of(last);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    /// <param name="check">Gives a reason, or null when all is well.</param>
    private async Task<HealthCheck> CheckAsync(
        string name,
        string trouble,
        Func<CancellationToken, Task<string?>> check
    )
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            // Elsewhere, as not every driver knows how to wait without holding a thread.
            var reason = await Task.Run(() => check(patience.Token), patience.Token)
                .WaitAsync(Patience, time, CancellationToken.None);
            return new HealthCheck(name, reason is null, reason);
        }
        catch (Exception failure)
            when (failure
                    is DbException
                        or EngineException
                        or TimeoutException
                        or OperationCanceledException
                        or InvalidOperationException
            )
        {
            NotWell(name, failure.Message);
            var kind = failure switch
            {
                DbException { SqlState: { Length: > 0 } state } => $"SQLSTATE {state}",
                TimeoutException or OperationCanceledException => $"{Patience.TotalSeconds} s",
                _ => failure.GetType().Name,
            };
            return new HealthCheck(name, false, $"{trouble} ({kind}); the log says more.");
        }
    }

    private async Task<string?> LedgerAsync(CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        await ledger.Reconciliations.AsNoTracking().AnyAsync(cancellation);
        return null;
    }

    private async Task<string?> MigrationsAsync(CancellationToken cancellation)
    {
        if (isMigrated)
        {
            return null;
        }
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var missing = (await ledger.Database.GetPendingMigrationsAsync(cancellation)).Count();
        isMigrated = missing == 0;
        return isMigrated ? null : $"The ledger lacks {missing} migrations; start the server anew.";
    }

    private async Task<string?> EngineAsync(CancellationToken cancellation)
    {
        await foreach (var _ in engine.ListAsync(cancellation).WithCancellation(cancellation))
        {
            break;
        }
        return null;
    }

    [LoggerMessage(LogLevel.Warning, "Not ready: {Check}: {Reason}")]
    private partial void NotWell(string check, string reason);
}

/// <param name="Status"><c>live</c>, <c>ready</c> or <c>not-ready</c>.</param>
public sealed record HealthReport(string Status, IReadOnlyList<HealthCheck>? Checks)
{
    public static HealthReport Of(IReadOnlyList<HealthCheck> checks) =>
        new(checks.All(check => check.Ok) ? "ready" : "not-ready", checks);
}

/// <param name="Name"><c>running</c>, <c>ledger</c>, <c>migrations</c> or <c>engine</c>.</param>
/// <param name="Reason">One sentence; null when all is well.</param>
public sealed record HealthCheck(string Name, bool Ok, string? Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;
