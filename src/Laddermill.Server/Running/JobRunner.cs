using System.Data.Common;
using Laddermill.Engines;
using Laddermill.Server.Ledger;
using Laddermill.Server.Telemetry;

namespace Laddermill.Server.Running;

/// <summary>One attempt from its claim to its end: started on the engine, watched, written down.</summary>
public sealed partial class JobRunner(
    IEngine engine,
    JobQueue queue,
    JobEnds ends,
    JobEndings endings,
    RunningJobs running,
    Signals signals,
    Instruments instruments,
    RunningSettings settings,
    TimeProvider time,
    ILogger<JobRunner> log
)
{
    /// <summary>How often a worker's words are read.</summary>
    private static readonly TimeSpan Listen = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(2);

    private static readonly Func<ILogger, string, IDisposable?> OfJob =
        LoggerMessage.DefineScope<string>("job {Job}");

    private const int LogLength = 64 << 10;

    /// <param name="mine">Among the running ones already.</param>
    /// <summary>Runs a job that was just claimed, or watches a run of it that exists already; returns when it is out of our hands.</summary>
    /// <param name="taken">Null: a new attempt. Else the attempt was begun by an earlier life of this or another server.</param>
    /// <param name="stopping">We end: jobs are let go of.</param>
    public async Task RunAsync(RunningJob mine, TakenRun? taken, CancellationToken stopping)
    {
        var job = mine.Job;
        using var scope = OfJob(log, job.Id);
        using var span = Traces.Attempt(job, isTakenOver: taken is not null);
        try
        {
            await using var release = stopping.Register(mine.Release);
            if (taken is { Run: null })
            {
                await EndAsync(mine, null, "");
            }
            else if ((taken?.Run ?? await StartAsync(mine)) is { } run)
            {
                mine.Run = run.Id;
                await WatchAsync(mine, run, stopping);
            }
        }
        // The ledger is away: our lease runs out, and whoever takes the job over finds it as it is.
        catch (DbException trouble)
        {
            LedgerTrouble(job.Id, trouble.Message);
        }
        // The edge of one job: others go on, and this one is taken over when its lease has run out.
        catch (Exception unexpected)
        {
            Unexpected(job.Id, unexpected);
        }
        finally
        {
            running.Remove(mine);
            signals.JobReady();
        }
    }

    private async Task<EngineRun?> StartAsync(RunningJob mine)
    {
        var job = mine.Job;
        var work = WorkOrder.Of(job, settings.Prices);
        try
        {
            using var step = Traces.Step("start");
            var run = await engine.StartAsync(work, mine.Stop);
            instruments.Started(job);
            Started(job.Id, job.Attempts, run.Id, job.Source);
            await queue.SetRunAsync(job, run.Id);
            return run;
        }
        catch (OperationCanceledException)
        {
            await EndAsync(mine, null, "", isReleased: !mine.IsCancelled);
        }
        catch (EngineFullException full)
        {
            NoRoom(job.Id, full.Message);
            await ends.GiveBackAsync(job, AfterTrouble, full.Message);
        }
        catch (EngineException refused)
        {
            CannotStart(job.Id, refused.Message);
            await EndAsync(
                mine,
                new EngineRun("", job.Id, job.Attempts, EngineState.Ended, 1, refused.Message),
                "",
                reason: refused.Message
            );
        }
        return null;
    }

    private async Task WatchAsync(RunningJob mine, EngineRun run, CancellationToken stopping)
    {
        using var over = new CancellationTokenSource();
        var listening = ListenAsync(mine, run.Id, over.Token);
        EngineRun? ended = null;
        var waiting = Traces.Step("run");
        try
        {
            ended = await WaitAsync(mine.Job.Id, run.Id, mine.Stop);
        }
        catch (OperationCanceledException)
        {
            if (!mine.IsCancelled && !mine.IsLost && engine.RunsOutliveUs)
            {
                // It goes on without us; whoever comes next finds it.
                await over.CancelAsync();
                await listening;
                await queue.LetGoAsync(mine.Job);
                return;
            }
        }
        finally
        {
            waiting?.Dispose();
        }
        await over.CancelAsync();
        await listening;
        using var step = Traces.Step("finish");
        await FinishAsync(mine, run.Id, ended, stopping);
    }

    /// <summary>Stops what still runs, reads the last words, and writes the end.</summary>
    private async Task FinishAsync(
        RunningJob mine,
        string run,
        EngineRun? ended,
        CancellationToken stopping
    )
    {
        var words = "";
        try
        {
            ended ??= await engine.LookAsync(run, CancellationToken.None);
            words = await engine.ReadLogAsync(run, CancellationToken.None);
            await engine.RemoveAsync(run, CancellationToken.None);
        }
        catch (EngineException trouble)
        {
            EngineTrouble(mine.Job.Id, trouble.Message);
        }
        if (!mine.IsLost)
        {
            await EndAsync(mine, ended, words, isReleased: stopping.IsCancellationRequested);
        }
    }

    private Task EndAsync(
        RunningJob mine,
        EngineRun? run,
        string words,
        bool isReleased = false,
        string? reason = null
    )
    {
        var said = WorkerWords.Find(words);
        var end = AttemptEnd.Decide(
            run,
            said.Result ?? (reason is null ? null : new WorkerResult(null, "engine", reason, null)),
            mine.Job.Failures,
            mine.Job.Losses,
            mine.Job.MaxAttempts,
            mine.IsCancelled,
            isReleased,
            Random.Shared.NextDouble()
        );
        return WriteAsync(mine, end, run, said, words);
    }

    private async Task WriteAsync(
        RunningJob mine,
        AttemptEnd end,
        EngineRun? run,
        WorkerWords? said,
        string words
    )
    {
        var figures = WorkerFigures.Find(words);
        var isOurs = await ends.EndAsync(
            mine.Job,
            end,
            run,
            said?.ResultText,
            said?.Result?.Revision,
            words.Length > LogLength ? words[^LogLength..] : words,
            endings.TellAsync,
            settings.Share.FiguresOf(end, figures)
        );
        if (isOurs)
        {
            Traces.Ended(end, figures.Phases);
            instruments.Ended(mine.Job, end, figures);
            Ended(
                mine.Job.Id,
                mine.Job.Attempts,
                end.Outcome,
                end.State,
                (end.Reason ?? "").Split('\n')[0]
            );
        }
    }

    /// <summary>Waits for the end of a run through whatever passes by itself.</summary>
    private async Task<EngineRun?> WaitAsync(string job, string run, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await engine.WaitAsync(run, stop);
            }
            catch (EngineException trouble)
            {
                EngineTrouble(job, trouble.Message);
                await Task.Delay(AfterTrouble, time, stop);
            }
        }
    }

    private async Task ListenAsync(RunningJob mine, string run, CancellationToken over)
    {
        using var timer = new PeriodicTimer(Listen, time);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                mine.Progress =
                    WorkerWords.Find(await engine.ReadLogAsync(run, over)).Progress
                    ?? mine.Progress;
            }
        }
        catch (OperationCanceledException) { }
        catch (EngineException trouble)
        {
            // Progress is for show; the end is watched elsewhere.
            EngineTrouble(mine.Job.Id, trouble.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Job {Job}: attempt {Attempt} is run {Run}: {Source}")]
    private partial void Started(string job, int attempt, string run, string source);

    [LoggerMessage(
        LogLevel.Information,
        "Job {Job}: attempt {Attempt} {Outcome}, the job is {State}. {Reason}"
    )]
    private partial void Ended(
        string job,
        int attempt,
        string outcome,
        JobState state,
        string reason
    );

    [LoggerMessage(LogLevel.Information, "Job {Job} waits for room: {Reason}")]
    private partial void NoRoom(string job, string reason);

    [LoggerMessage(LogLevel.Error, "Job {Job} cannot be started: {Reason}")]
    private partial void CannotStart(string job, string reason);

    [LoggerMessage(LogLevel.Warning, "Job {Job}: the engine has trouble: {Reason}")]
    private partial void EngineTrouble(string job, string reason);

    [LoggerMessage(LogLevel.Error, "Job {Job}: something went wrong that nobody had thought of")]
    private partial void Unexpected(string job, Exception failure);

    [LoggerMessage(LogLevel.Error, "Job {Job}: the ledger cannot be written: {Reason}")]
    private partial void LedgerTrouble(string job, string reason);
}

/// <param name="Run">As the engine knows it; null when it knows none any more.</param>
public sealed record TakenRun(EngineRun? Run);
