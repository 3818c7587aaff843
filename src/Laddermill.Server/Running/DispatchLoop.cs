using System.Data.Common;
using Laddermill.Engines;
using Laddermill.Pricing;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Running;

/// <summary>Keeps the slots of this server busy: claims the job whose turn it is whenever one is free.</summary>
public sealed partial class DispatchLoop(
    RunningSettings settings,
    JobQueue queue,
    JobRunner runner,
    RunningJobs running,
    PipelineSet pipelines,
    Signals signals,
    IEngine engine,
    IDbContextFactory<LedgerContext> contexts,
    TimeProvider time,
    ILogger<DispatchLoop> log
) : BackgroundService
{
    /// <summary>How often it looks without being told: for jobs whose pause is over, and those that other servers queued.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> served = new(StringComparer.Ordinal);
    private readonly HashSet<Task> tasks = [];
    private long turn;
    private long? lastLook;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await TryAsync(() => WarnOfStrandedAsync(stoppingToken));
            while (true)
            {
                stoppingToken.ThrowIfCancellationRequested();
                await TryAsync(() => FillAsync(stoppingToken));
                await signals.WaitAsync(Look, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Those that run hear of it too, and write down what becomes of them.
        }
        await Task.WhenAll(tasks);
    }

    /// <summary>Jobs of a pipeline that was taken out of the configuration wait for it to come back; people should know.</summary>
    private async Task WarnOfStrandedAsync(CancellationToken cancellation)
    {
        string[] known = [.. pipelines.All.Select(pipeline => pipeline.Name), ""];
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var stranded = await ledger
            .Jobs.Where(job => job.State == JobState.Queued && !known.Contains(job.Pipeline))
            .GroupBy(job => job.Pipeline)
            .Select(jobs => new { Pipeline = jobs.Key, Count = jobs.Count() })
            .ToListAsync(cancellation);
        foreach (var jobs in stranded)
        {
            Stranded(jobs.Pipeline, jobs.Count);
        }
    }

    /// <summary>Takes over what nobody holds any more, wakes what has waited long enough, and fills free slots.</summary>
    private async Task FillAsync(CancellationToken cancellation)
    {
        // Signals come with each job; what only time brings is looked for in its own rhythm.
        if (lastLook is null || time.GetElapsedTime(lastLook.Value) >= Look)
        {
            lastLook = time.GetTimestamp();
            await TakeOverAsync(cancellation);
            await queue.WakeAsync(cancellation);
        }
        while (settings.Slots - running.Count is > 0 and var free)
        {
            var jobs = await NextAsync(free, cancellation);
            if (jobs.Count == 0)
            {
                return;
            }
            foreach (var job in jobs)
            {
                Begin(job, null, cancellation);
            }
        }
    }

    /// <summary>Claims the jobs whose turn it is: several at once only when no other pipeline waits, which keeps the turns fair.</summary>
    private async Task<List<JobRow>> NextAsync(int free, CancellationToken cancellation)
    {
        List<(string, int)> heads;
        await using (var ledger = await contexts.CreateDbContextAsync(cancellation))
        {
            heads = await JobQueue.HeadsAsync(
                [.. pipelines.All.Select(pipeline => pipeline.Name), ""],
                ledger,
                cancellation
            );
        }
        while (FairChoice.Next(heads, running.Of, served.GetValueOrDefault) is { } pipeline)
        {
            var jobs = await queue.ClaimAsync(
                pipeline,
                settings.Server,
                settings.Lease,
                heads.Count == 1 ? free : 1,
                cancellation
            );
            if (jobs.Count > 0)
            {
                served[pipeline] = ++turn;
                return jobs;
            }
            // Another server was faster.
            heads.RemoveAll(head => head.Item1 == pipeline);
        }
        return [];
    }

    private async Task TakeOverAsync(CancellationToken cancellation)
    {
        var orphans = await queue.TakeOverAsync(
            settings.Server,
            settings.EarlierLives,
            settings.Lease,
            cancellation
        );
        if (orphans.Count == 0)
        {
            return;
        }
        var runs = new Dictionary<(string, int), EngineRun>();
        await foreach (var run in engine.ListAsync(cancellation))
        {
            runs[(run.Job, run.Attempt)] = run;
        }
        foreach (var job in orphans.Where(job => running.Find(job.Id) is null))
        {
            var run = runs.GetValueOrDefault((job.Id, job.Attempts));
            TakenOver(job.Id, job.Attempts, run is null ? "gone" : "found");
            Begin(job, new TakenRun(run), cancellation);
        }
    }

    private void Begin(JobRow job, TakenRun? taken, CancellationToken stopping)
    {
        var mine = new RunningJob(job);
        running.Add(mine);
        tasks.RemoveWhere(task => task.IsCompletedSuccessfully);
        tasks.Add(Task.Run(() => runner.RunAsync(mine, taken, stopping), CancellationToken.None));
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception trouble)
            when (trouble is DbException or EngineException or TimeoutException)
        {
            Trouble(trouble.Message);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Job {Job}: attempt {Attempt} was nobody's any more; its worker is {Worker}."
    )]
    private partial void TakenOver(string job, int attempt, string worker);

    [LoggerMessage(
        LogLevel.Warning,
        "{Count} queued jobs of pipeline {Pipeline} wait: the configuration has no such pipeline. Put it back, or cancel them with 'laddermill jobs cancel'."
    )]
    private partial void Stranded(string pipeline, int count);

    [LoggerMessage(LogLevel.Error, "No jobs can be started now; it is tried again: {Reason}")]
    private partial void Trouble(string reason);
}

/// <param name="Server">This server's name in the ledger, and which life of it this is.</param>
/// <param name="EarlierLives">What the names of its earlier lives begin with.</param>
/// <param name="Share">What each run has of a machine.</param>
public sealed record RunningSettings(
    string Server,
    string EarlierLives,
    int Slots,
    TimeSpan Lease,
    RunShare Share
)
{
    /// <summary>Of what each run has of a machine, as seen from this one; null when nobody says.</summary>
    public Prices? Prices { get; init; }
}
