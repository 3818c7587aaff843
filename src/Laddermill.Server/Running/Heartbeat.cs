using System.Data.Common;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Running;

/// <summary>Tells the ledger that we live and how far our jobs are, and hears from it which of them are to be stopped.</summary>
public sealed partial class Heartbeat(
    RunningSettings settings,
    JobQueue queue,
    RunningJobs running,
    TimeProvider time,
    ILogger<Heartbeat> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        var lastHeard = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (running.Count == 0)
                {
                    lastHeard = time.GetTimestamp();
                    continue;
                }
                var asked = time.GetTimestamp();
                if (await BeatAsync(stoppingToken))
                {
                    lastHeard = asked;
                }
                else if (time.GetElapsedTime(lastHeard) > settings.Lease)
                {
                    // Others may have our jobs by now: two workers do no harm, but the work is done twice.
                    foreach (var job in running.All)
                    {
                        LeaseLost(job.Job.Id);
                        job.Lose();
                    }
                }
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task<bool> BeatAsync(CancellationToken cancellation)
    {
        var ours = running.All;
        try
        {
            var kept = await queue.RenewAsync(
                settings.Server,
                settings.Lease,
                [.. ours.Select(each => (each.Job.Id, each.NewProgress()))],
                cancellation
            );
            foreach (var job in ours)
            {
                if (!kept.TryGetValue(job.Job.Id, out var isCancelled))
                {
                    // Ended in between, most likely; else another server's.
                    if (running.Find(job.Job.Id) == job)
                    {
                        job.Lose();
                    }
                }
                else if (isCancelled)
                {
                    job.Cancel();
                }
            }
            return true;
        }
        catch (Exception trouble) when (trouble is DbException or TimeoutException)
        {
            Trouble(trouble.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "The ledger does not answer: {Reason}")]
    private partial void Trouble(string reason);

    [LoggerMessage(
        LogLevel.Error,
        "Job {Job}: its lease ran out while the ledger was away; the worker is stopped."
    )]
    private partial void LeaseLost(string job);
}
