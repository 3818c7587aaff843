using System.Runtime.CompilerServices;

namespace Laddermill.Engines;

/// <summary>Waits and follows by looking again and again, for engines that have nothing better.</summary>
internal static class EnginePolling
{
    /// <summary>Between two looks: nothing beside what a job takes, and few requests even for many runs.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    public static async Task<EngineRun?> WaitAsync(
        IEngine engine,
        string id,
        CancellationToken cancellation
    )
    {
        using var timer = new PeriodicTimer(LookEvery, TimeProvider.System);
        EngineRun? run;
        do
        {
            run = await engine.LookAsync(id, cancellation).ConfigureAwait(false);
        } while (
            run is { State: not EngineState.Ended }
            && await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false)
        );
        return run;
    }

    public static async IAsyncEnumerable<string> FollowAsync(
        IEngine engine,
        string id,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using var timer = new PeriodicTimer(LookEvery, TimeProvider.System);
        string[] seen = [];
        bool isOver;
        do
        {
            // Before the log, so that a run which has ended has written all that is in it.
            var run = await engine.LookAsync(id, cancellation).ConfigureAwait(false);
            isOver = run is null or { State: EngineState.Ended };
            var now = Lines(
                await engine.ReadLogAsync(id, cancellation).ConfigureAwait(false),
                isOver
            );
            foreach (var line in Added(seen, now))
            {
                yield return line;
            }
            // Nothing is kept of a run that was removed, which takes back nothing of what was told.
            seen = now.Length == 0 ? seen : now;
        } while (!isOver && await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }

    /// <param name="isWhole">Whether the last line is, though nothing ends it.</param>
    internal static string[] Lines(string log, bool isWhole)
    {
        var lines = log.Split('\n');
        // Behind the last end of a line is nothing, or the beginning of a line.
        return isWhole && lines[^1].Length > 0 ? lines : lines[..^1];
    }

    /// <summary>What came to the end of a log which forgets its beginning: all behind the longest piece that is the end of the one and the beginning of the other.</summary>
    internal static ArraySegment<string> Added(string[] before, string[] now)
    {
        for (var forgotten = 0; forgotten < before.Length; forgotten++)
        {
            var kept = before.AsSpan(forgotten);
            if (now.AsSpan().StartsWith(kept))
            {
                return new(now, kept.Length, now.Length - kept.Length);
            }
        }
        return now;
    }
}
