using System.Collections.Concurrent;
using System.Data.Common;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Telemetry;
using Laddermill.Storage;

namespace Laddermill.Server.Intake;

/// <summary>Hears from the kernel what changes in a watched folder, so that a file starts its job as soon as it is complete.</summary>
public sealed class FolderWatch : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly Pipeline pipeline;
    private readonly PipelineSet pipelines;
    private readonly Settling settling;
    private readonly IntakeLoop intake;
    private readonly TimeProvider time;
    private readonly FileSystemWatcher? watcher;
    private readonly ConcurrentDictionary<string, bool> changed = new(StringComparer.Ordinal);
    private volatile bool hasMissed;

    public FolderWatch(
        Pipeline pipeline,
        PipelineSet pipelines,
        Settling settling,
        IntakeLoop intake,
        TimeProvider time
    )
    {
        (this.pipeline, this.pipelines, this.settling) = (pipeline, pipelines, settling);
        (this.intake, this.time) = (intake, time);
        Directory.CreateDirectory(pipeline.Source.Bucket);
        try
        {
            watcher = new FileSystemWatcher(pipeline.Source.Bucket)
            {
                IncludeSubdirectories = true,
                NotifyFilter =
                    NotifyFilters.FileName
                    | NotifyFilters.LastWrite
                    | NotifyFilters.Size
                    | NotifyFilters.DirectoryName,
            };
            watcher.Created += (_, change) => Note(change.FullPath);
            watcher.Changed += (_, change) => Note(change.FullPath);
            watcher.Renamed += (_, change) => Note(change.FullPath);
            watcher.Error += (_, _) => hasMissed = true;
            watcher.EnableRaisingEvents = true;
        }
        catch (IOException)
        {
            // No more watches are to be had (fs.inotify.max_user_instances): the folder is compared in its rhythm all the same.
            watcher?.Dispose();
            watcher = null;
        }
    }

    /// <summary>Whether a whole comparison is due at once: more happened than the kernel could tell, or a folder came in whole. Asking forgets it.</summary>
    public bool HasMissed()
    {
        var missed = hasMissed;
        hasMissed = false;
        return missed;
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Look, time);
        var store = pipelines.Open(pipeline.Source);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var news = new List<Announcement>();
            var over = new List<string>();
            // What is being settled is looked at too: the comparison leaves it here.
            foreach (var key in changed.Keys.Union(settling.Watched))
            {
                var isComplete = await IsCompleteAsync(store, key, cancellation);
                if (isComplete is not false)
                {
                    over.Add(key);
                }
                if (isComplete is true)
                {
                    news.Add(
                        new Announcement(
                            pipeline.Name,
                            key,
                            Trace: Traces.Found(pipeline.Name, key)
                        )
                    );
                }
            }
            try
            {
                await intake.AnnounceAsync(news, cancellation);
                over.ForEach(Forget);
            }
            // The ledger is away, as the log has it from elsewhere: they are announced at one of the next looks.
            catch (DbException) { }
        }
    }

    public void Dispose() => watcher?.Dispose();

    /// <summary>Null when there is no such file, or none for us.</summary>
    private async Task<bool?> IsCompleteAsync(
        IObjectStore store,
        string key,
        CancellationToken cancellation
    )
    {
        try
        {
            return
                await store.HeadAsync(key, cancellation) is { Size: > 0 } found
                && (FilmsBeside.IsText(key) || pipeline.Objection(key) is null)
                ? settling.IsSettled(key, found.ETag)
                : null;
        }
        // The next comparison tells.
        catch (StoreException)
        {
            return null;
        }
    }

    private void Forget(string key)
    {
        changed.TryRemove(key, out _);
        settling.Forget(key);
    }

    private void Note(string path)
    {
        var key = Path.GetRelativePath(pipeline.Source.Bucket, path);
        if (Directory.Exists(path))
        {
            // A folder that came in whole tells nothing of what is in it.
            hasMissed = true;
        }
        else
        {
            changed[key] = true;
        }
    }
}
