using System.Collections.Concurrent;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>Looks at the machine's processes all the time: which workers there are, and whether two do the same job.</summary>
internal sealed class WorkerWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    private readonly string mark;
    private readonly CancellationTokenSource over = new();
    private readonly ConcurrentDictionary<string, long> twiceSince = new(StringComparer.Ordinal);
    private readonly Task watching;
    private long longestTwice;

    /// <param name="mark">Stands in the arguments of all workers of the test, and in those of no other process.</param>
    public WorkerWatch(string mark)
    {
        this.mark = mark;
        watching = Task.Run(WatchAsync);
    }

    /// <summary>The longest time for which two workers did one job.</summary>
    public TimeSpan LongestTwice => new(Interlocked.Read(ref longestTwice));

    /// <summary>Process ids of workers that run now.</summary>
    public IReadOnlyList<int> Workers() => [.. Look().Select(each => each.Id)];

    /// <summary>All processes that have the mark in their arguments: workers, and tools that read or write what is theirs.</summary>
    public IReadOnlyList<string> All() => [.. Processes().Select(each => $"{each.Id} {each.Line}")];

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await watching;
        over.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(over.Token))
            {
                var now = TimeProvider.System.GetTimestamp();
                var twice = Look()
                    .GroupBy(each => each.Line)
                    .Where(group => group.Count() > 1)
                    .Select(group => group.Key)
                    .ToHashSet();
                foreach (var job in twice)
                {
                    var since = twiceSince.GetOrAdd(job, now);
                    var time = TimeProvider.System.GetElapsedTime(since, now).Ticks;
                    Interlocked.Exchange(ref longestTwice, Math.Max(longestTwice, time));
                }
                foreach (var job in twiceSince.Keys.Except(twice).ToList())
                {
                    twiceSince.TryRemove(job, out _);
                }
            }
        }
        catch (OperationCanceledException) { }
    }

    private IEnumerable<(int Id, string Line)> Look() =>
        Processes()
            .Where(each => each.Line.Contains("Laddermill.Cli work {", StringComparison.Ordinal));

    private IEnumerable<(int Id, string Line)> Processes()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), out var id)
                && LineOf(folder) is { } line
                && line.Contains(mark, StringComparison.Ordinal)
            )
            {
                yield return (id, line);
            }
        }
    }

    /// <summary>Null when the process is gone.</summary>
    private static string? LineOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
