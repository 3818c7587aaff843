using System.Collections.Concurrent;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Running;

/// <summary>The jobs that this server runs now.</summary>
public sealed class RunningJobs
{
    private readonly ConcurrentDictionary<string, RunningJob> all = new(StringComparer.Ordinal);

    public int Count => all.Count;

    public IReadOnlyCollection<RunningJob> All => [.. all.Values];

    public int Of(string pipeline) => all.Values.Count(each => each.Job.Pipeline == pipeline);

    public RunningJob? Find(string id) => all.GetValueOrDefault(id);

    public void Add(RunningJob job) => all[job.Job.Id] = job;

    public void Remove(RunningJob job) => all.TryRemove(KeyValuePair.Create(job.Job.Id, job));
}

/// <summary>One job in our hands, from its claim to its end.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The source has no timer, and others may cancel it at the very end, when it would be disposed of."
)]
public sealed class RunningJob(JobRow job)
{
    private readonly CancellationTokenSource stop = new();
    private volatile string? told;

    public JobRow Job => job;

    /// <summary>What the engine calls the run; null until it is started.</summary>
    public string? Run { get; set; }

    /// <summary>Somebody wants the job cancelled.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>It belongs to another server by now: nothing may be written of it any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The worker is to be stopped, for whatever reason.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>The worker's last progress, as JSON.</summary>
    public string? Progress { get; set; }

    /// <summary>Progress that the ledger does not know yet; null when there is none.</summary>
    public string? NewProgress()
    {
        var now = Progress;
        if (now == told)
        {
            return null;
        }
        told = now;
        return now;
    }

    public void Cancel()
    {
        IsCancelled = true;
        stop.Cancel();
    }

    public void Lose()
    {
        IsLost = true;
        stop.Cancel();
    }

    /// <summary>Stops the worker, which leaves its job to the next one.</summary>
    public void Release() => stop.Cancel();
}
