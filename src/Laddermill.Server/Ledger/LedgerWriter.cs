using System.Threading.Channels;
using Laddermill.Server.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Ledger;

/// <summary>
/// All writes of one server to the ledger, in groups: what is asked for while one commit is on its way to the disk goes into the next, so that a
/// thousand small changes cost a few commits. Each caller waits until its own change is durable.
/// </summary>
public sealed class LedgerWriter : IAsyncDisposable
{
    /// <summary>Changes in one commit: so many wait for each other at most.</summary>
    private const int MostTogether = 256;

    private readonly Channel<Change> changes = Channel.CreateBounded<Change>(4096);
    private readonly IDbContextFactory<LedgerContext> contexts;
    private readonly Instruments instruments;
    private readonly Task writing;

    public LedgerWriter(IDbContextFactory<LedgerContext> contexts, Instruments instruments)
    {
        (this.contexts, this.instruments) = (contexts, instruments);
        writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Makes a change and returns once it is durable. A change may run twice when another one of its group failed: it must do nothing but use the ledger.</summary>
    /// <exception cref="System.Data.Common.DbException">The database refuses or cannot be reached: nothing was changed.</exception>
    public async Task<T> WriteAsync<T>(
        Func<LedgerContext, Task<T>> change,
        CancellationToken cancellation = default
    )
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        T result = default!;
        await changes.Writer.WriteAsync(
            new Change(
                async ledger => result = await change(ledger),
                () => done.TrySetResult(result),
                failure => done.TrySetException(failure)
            ),
            cancellation
        );
        return await done.Task;
    }

    public Task WriteAsync(
        Func<LedgerContext, Task> change,
        CancellationToken cancellation = default
    ) =>
        WriteAsync<object?>(
            async ledger =>
            {
                await change(ledger);
                return null;
            },
            cancellation
        );

    public async ValueTask DisposeAsync()
    {
        changes.Writer.TryComplete();
        await writing;
    }

    private async Task WriteAllAsync()
    {
        var group = new List<Change>();
        while (await changes.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < MostTogether && changes.Reader.TryRead(out var change))
            {
                group.Add(change);
            }
            if (await CommitAsync(group) is not null && group.Count > 1)
            {
                // One of them is to blame: the others are not to suffer for it.
                foreach (var change in group)
                {
                    await CommitAsync([change]);
                }
            }
        }
    }

    /// <summary>Null when all is durable, and told; the failure of a single change is told too.</summary>
    private async Task<Exception?> CommitAsync(List<Change> group)
    {
        Exception? failure = null;
        var began = instruments.Begin();
        try
        {
            await using var ledger = await contexts.CreateDbContextAsync();
            await using var transaction = await ledger.Database.BeginTransactionAsync();
            foreach (var change in group)
            {
                await change.Run(ledger);
            }
            await transaction.CommitAsync();
        }
        // Whatever it is belongs to those who asked, not to the one loop that serves all.
        catch (Exception any)
        {
            failure = any;
        }
        instruments.Committed(began, group.Count, failure);
        if (group.Count == 1 || failure is null)
        {
            group.ForEach(change => Tell(change, failure));
        }
        return failure;
    }

    private static void Tell(Change change, Exception? failure)
    {
        if (failure is null)
        {
            change.Succeed();
        }
        else
        {
            change.Fail(failure);
        }
    }

    private sealed record Change(
        Func<LedgerContext, Task> Run,
        Action Succeed,
        Action<Exception> Fail
    );
}
