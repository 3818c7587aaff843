using Laddermill.Jobs;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>
/// Tells everybody that a revision is being worked on: its record of removal is put off again and again while the worker lives. Several workers may hold
/// it at once.
/// </summary>
internal sealed class RevisionLease : IAsyncDisposable
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromMinutes(2);

    /// <summary>So that a worker that is merely slow does not lose its work, however soon others are to be removed.</summary>
    private static readonly TimeSpan LeastGrace = TimeSpan.FromMinutes(10);

    private readonly OutputFolder output;
    private readonly string job;
    private readonly string revision;
    private readonly TimeSpan grace;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop = new();
    private Task renewing = Task.CompletedTask;

    private RevisionLease(
        OutputFolder output,
        string job,
        string revision,
        TimeSpan grace,
        TimeProvider clock
    )
    {
        (this.output, this.job, this.revision) = (output, job, revision);
        (this.grace, this.clock) = (grace > LeastGrace ? grace : LeastGrace, clock);
    }

    /// <param name="grace">How long the revision's media stay for a next run when this worker dies.</param>
    public static async Task<RevisionLease> TakeAsync(
        OutputFolder output,
        string job,
        string revision,
        TimeSpan grace,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var lease = new RevisionLease(output, job, revision, grace, clock);
        var noted = await output.Store.ReadSmallAsync(output.DeleteAfter(revision), cancellation);
        await lease.RenewAsync(cancellation);
        if (noted is not null && DeleteAfter.Parse(noted) is { IsBeingRemoved: true })
        {
            // Parts of it are gone, and notes may still speak of them: from the start, then. The one who was at it sees that it is ours now, and stops.
            await output.DeleteUnderAsync(output.Pieces(job, revision), cancellation);
            await output.DeleteUnderAsync(output.Revision(revision), cancellation);
        }
        lease.renewing = lease.KeepRenewingAsync();
        return lease;
    }

    /// <summary>
    /// Whether a revision that was published once still is. One that was replaced is only there until its viewers have ended their
    /// film. What is left of its making, because the worker died right after it, goes.
    /// </summary>
    public static async Task<bool> IsPublishedAsync(
        OutputFolder output,
        string revision,
        CancellationToken cancellation
    )
    {
        // Somebody may have deleted it by hand.
        var shown = await ShownRevisions.ReadAsync(output, cancellation);
        if (!shown.Contains(revision))
        {
            return false;
        }
        var noted = await output.Store.ReadSmallAsync(output.DeleteAfter(revision), cancellation);
        if (noted is null || DeleteAfter.Parse(noted) is not { } record)
        {
            return true;
        }
        if (!(await ShownEarly.FindAsync(output, revision, cancellation)).IsEmpty)
        {
            return false;
        }
        await Sweeper.SettleAsync(output, record, cancellation);
        return true;
    }

    /// <summary>
    /// All is published and told: what is left of the making goes, and what others have left at this destination and whose time has come. A store that fails
    /// now does not make the job a failure; whoever sweeps next does the rest.
    /// </summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        try
        {
            await output.DeleteUnderAsync(output.Pieces(job, revision), cancellation);
            await ReleaseAsync(cancellation);
            await new Sweeper(output.Store, output.Prefix, clock).SweepAsync(cancellation);
        }
        catch (StoreException)
        {
            // The records are still there.
        }
    }

    /// <summary>There is nothing left of it, or all is published: no record stays.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        await StopAsync();
        await output.Store.DeleteAsync([output.DeleteAfter(revision)], cancellation);
    }

    /// <summary>The record stays: unless the job is run again, what is there is removed when it falls due.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    private async Task StopAsync()
    {
        await stop.CancelAsync();
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task KeepRenewingAsync()
    {
        using var timer = new PeriodicTimer(RenewEvery, clock);
        while (await timer.WaitForNextTickAsync(stop.Token))
        {
            try
            {
                await RenewAsync(stop.Token);
            }
            catch (StoreException)
            {
                // The next one may go right: there is time for several.
            }
        }
    }

    private async Task RenewAsync(CancellationToken cancellation) =>
        await output.Store.PutAsync(
            output.DeleteAfter(revision),
            new DeleteAfter(job, output.Name, revision, clock.GetUtcNow() + grace)
            {
                WorkedOnUntil = clock.GetUtcNow() + LeastGrace,
            }.ToJson(),
            OutputFolder.Json,
            default,
            cancellation
        );
}
