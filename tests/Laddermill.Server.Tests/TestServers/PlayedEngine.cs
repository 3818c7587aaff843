using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Laddermill.Engines;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>
/// Workers inside this process, which do what the test says: for the server's own decisions, thousands of times, where a real worker would only cost time.
/// </summary>
internal sealed class PlayedEngine(Func<EngineWork, CancellationToken, Task<PlayedEnd>> play)
    : IEngine
{
    private readonly ConcurrentDictionary<string, Run> runs = new(StringComparer.Ordinal);

    /// <summary>All work that was ever started, in order.</summary>
    public ConcurrentQueue<EngineWork> Started { get; } = new();

    /// <summary>Workers that end at once.</summary>
    public static PlayedEngine Ending(int code, string words = "") =>
        new((_, _) => Task.FromResult(new PlayedEnd(code, words)));

    public bool RunsOutliveUs { get; init; }

    /// <summary>What each worker has written while it runs.</summary>
    public string Log { get; init; } = "";

    public Task<EngineRun> StartAsync(EngineWork work, CancellationToken cancellation)
    {
        var id = $"{work.Job}-{work.Attempt}";
        Started.Enqueue(work);
        var stop = new CancellationTokenSource();
        runs[id] = new Run(
            work,
            Task.Run(() => play(work, stop.Token), CancellationToken.None),
            stop
        );
        return Task.FromResult(Of(id, runs[id]));
    }

    public Task<EngineRun?> LookAsync(string id, CancellationToken cancellation) =>
        Task.FromResult(runs.TryGetValue(id, out var run) ? Of(id, run) : null);

    public async IAsyncEnumerable<EngineRun> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        foreach (var (id, run) in runs)
        {
            yield return Of(id, run);
        }
        await Task.CompletedTask;
    }

    public Task<string> ReadLogAsync(string id, CancellationToken cancellation) =>
        Task.FromResult(
            runs.TryGetValue(id, out var run) && run.End.IsCompletedSuccessfully
                ? run.End.Result.Words
                : Log
        );

    public async Task<EngineRun?> WaitAsync(string id, CancellationToken cancellation)
    {
        if (!runs.TryGetValue(id, out var run))
        {
            return null;
        }
        await run.End.WaitAsync(cancellation);
        return Of(id, run);
    }

    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        if (runs.TryRemove(id, out var run))
        {
            await run.Stop.CancelAsync();
            await run.End.ContinueWith(
                _ => { },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
            run.Stop.Dispose();
        }
    }

    private static EngineRun Of(string id, Run run) =>
        run.End.IsCompletedSuccessfully
            ? new(id, run.Work.Job, run.Work.Attempt, EngineState.Ended, run.End.Result.Code)
            : new(id, run.Work.Job, run.Work.Attempt, EngineState.Running);

    private sealed record Run(EngineWork Work, Task<PlayedEnd> End, CancellationTokenSource Stop);
}

/// <param name="Code">Exit code; null: the worker vanishes.</param>
internal sealed record PlayedEnd(int? Code, string Words = "");
