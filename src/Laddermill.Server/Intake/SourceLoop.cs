using System.Data.Common;
using Laddermill.Server.Pipelines;
using Laddermill.Storage;

namespace Laddermill.Server.Intake;

/// <summary>Keeps every pipeline's source compared: each in its own rhythm, and folders at once when something changes in them.</summary>
public sealed partial class SourceLoop(
    PipelineSet pipelines,
    Reconciliation reconciliation,
    IntakeLoop intake,
    TimeProvider time,
    ILogger<SourceLoop> log
) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            pipelines.All.Select(pipeline =>
                Task.Run(() => WatchAsync(pipeline, stoppingToken), CancellationToken.None)
            )
        );

    private async Task WatchAsync(Pipeline pipeline, CancellationToken cancellation)
    {
        try
        {
            if (pipeline.Source.Scheme != StoreScheme.File)
            {
                await PollAsync(pipeline, _ => true, () => false, cancellation);
                return;
            }
            var settling = new Settling(pipeline.Settle, time);
            using var folder = new FolderWatch(pipeline, pipelines, settling, intake, time);
            await Task.WhenAll(
                folder.RunAsync(cancellation),
                PollAsync(
                    pipeline,
                    found => settling.IsSettled(found.Key, found.ETag),
                    () => folder.HasMissed(),
                    cancellation
                )
            );
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { }
    }

    private async Task PollAsync(
        Pipeline pipeline,
        Func<StoredObject, bool> isSettled,
        Func<bool> isWanted,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            try
            {
                var found = await reconciliation.RunAsync(pipeline, isSettled, cancellation);
                if (found > 0)
                {
                    Found(pipeline.Name, found);
                }
            }
            catch (Exception trouble) when (trouble is StoreException or DbException)
            {
                Trouble(pipeline.Name, trouble.Message);
                await TryRememberAsync(pipeline, trouble.Message);
            }
            await PauseAsync(pipeline.Reconcile, isWanted, cancellation);
        }
    }

    private async Task PauseAsync(
        TimeSpan pause,
        Func<bool> isWanted,
        CancellationToken cancellation
    )
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < pause && !isWanted())
        {
            var rest = pause - time.GetElapsedTime(began);
            var step = rest < TimeSpan.FromSeconds(1) ? rest : TimeSpan.FromSeconds(1);
            await Task.Delay(
                step < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : step,
                time,
                cancellation
            );
        }
    }

    private async Task TryRememberAsync(Pipeline pipeline, string problem)
    {
        try
        {
            await reconciliation.FailedAsync(pipeline, problem);
        }
        // The ledger is what fails: the log has it.
        catch (DbException) { }
    }

    [LoggerMessage(LogLevel.Information, "Pipeline {Pipeline}: {Count} objects are new")]
    private partial void Found(string pipeline, int count);

    [LoggerMessage(
        LogLevel.Warning,
        "Pipeline {Pipeline}: its source cannot be looked through now: {Reason}"
    )]
    private partial void Trouble(string pipeline, string reason);
}
