using System.Runtime.CompilerServices;
using Laddermill.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Laddermill.Engines.ChildProcesses;

/// <summary>
/// Runs each attempt in a child process of ours, with our environment and credentials. Runs die with us: whoever begins anew finds none, because
/// there are none.
/// </summary>
public sealed class ProcessEngine : IEngine, IAsyncDisposable
{
    private readonly ProcessEngineOptions options;
    private readonly ILogger logger;
    private readonly ControlGroups? groups;
    private readonly Lock gate = new();
    private readonly Dictionary<string, ChildRun> runs = new(StringComparer.Ordinal);

    /// <param name="logger">Hears, once, when limits cannot be held here.</param>
    public ProcessEngine(ProcessEngineOptions options, ILogger? logger = null)
    {
        this.options = options;
        this.logger = logger ?? NullLogger.Instance;
        if (options.Limits.NeedGroups)
        {
            groups = ControlGroups.Find(options.Limits, out var obstacle);
            Obstacle = obstacle;
            if (obstacle is not null)
            {
                Log.LimitsAreNotHeld(this.logger, obstacle);
            }
        }
    }

    /// <summary>Why limits on memory and processors are not held; null when they are, or there are none.</summary>
    public string? Obstacle { get; }

    public bool RunsOutliveUs => false;

    public Task<EngineRun> StartAsync(EngineWork work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var id = $"{work.Job}-{work.Attempt:0000}";
        lock (gate)
        {
            if (runs.TryGetValue(id, out var earlier))
            {
                return Task.FromResult(earlier.Look());
            }
            if (runs.Values.Count(run => !run.HasEnded) >= options.Slots)
            {
                throw new EngineFullException(
                    $"There is no room for another worker: {options.Slots} run on this machine, as many as may."
                );
            }
            try
            {
                var started = ChildRun.Start(id, work, options, MakeGroup(id));
                runs[id] = started;
                return Task.FromResult(started.Look());
            }
            catch (ToolNotFoundException missing)
            {
                throw new EngineException(
                    $"A worker cannot be started: {missing.Message}",
                    missing
                );
            }
        }
    }

    public Task<EngineRun?> LookAsync(string id, CancellationToken cancellation) =>
        Task.FromResult(Find(id)?.Look());

    public async IAsyncEnumerable<EngineRun> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        List<ChildRun> all;
        lock (gate)
        {
            all = [.. runs.Values];
        }
        foreach (var run in all)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return run.Look();
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    public Task<string> ReadLogAsync(string id, CancellationToken cancellation) =>
        Task.FromResult(Find(id)?.Log ?? "");

    public async Task<EngineRun?> WaitAsync(string id, CancellationToken cancellation) =>
        Find(id) is { } run ? await run.WaitAsync(cancellation).ConfigureAwait(false) : null;

    public IAsyncEnumerable<string> FollowAsync(string id, CancellationToken cancellation) =>
        Find(id)?.FollowAsync(cancellation) ?? AsyncEnumerable.Empty<string>();

    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        if (Find(id) is not { } run)
        {
            return;
        }
        await run.StopAsync(options.Grace).ConfigureAwait(false);
        lock (gate)
        {
            runs.Remove(id);
        }
        await run.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends all runs.</summary>
    public async ValueTask DisposeAsync()
    {
        List<string> all;
        lock (gate)
        {
            all = [.. runs.Keys];
        }
        await Task.WhenAll(all.Select(id => RemoveAsync(id, CancellationToken.None)))
            .ConfigureAwait(false);
    }

    /// <summary>Null when there are no limits to hold, or they cannot be held.</summary>
    private ControlGroup? MakeGroup(string id)
    {
        try
        {
            return groups?.Make();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.WorkerWithoutLimits(logger, id, e.Message);
            return null;
        }
    }

    private ChildRun? Find(string id)
    {
        lock (gate)
        {
            return runs.GetValueOrDefault(id);
        }
    }
}
