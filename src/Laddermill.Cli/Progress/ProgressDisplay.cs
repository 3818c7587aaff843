using Laddermill.Transcoding;
using Spectre.Console;

namespace Laddermill.Cli.Progress;

/// <summary>Shows how far a job is while it runs.</summary>
internal sealed class ProgressDisplay(TextWriter output, TextWriter error, TimeProvider clock)
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JsonInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);

    public Task<T> ShowAsync<T>(ProgressMode mode, Func<IProgress<JobProgress>?, Task<T>> work)
    {
        switch (mode)
        {
            case ProgressMode.None:
                return work(null);
            case ProgressMode.Json:
                return work(
                    new ThrottledProgress(
                        JsonInterval,
                        clock,
                        progress => output.WriteLine(new WorkLine { Progress = progress }.ToJson())
                    )
                );
            case ProgressMode.Auto when Terminal.Live(error) is { } terminal:
                return ShowLiveAsync(terminal, work);
            default:
                return work(
                    new ThrottledProgress(
                        PlainInterval,
                        clock,
                        progress => error.WriteLine(ProgressLine.Of(progress))
                    )
                );
        }
    }

    private async Task<T> ShowLiveAsync<T>(
        IAnsiConsole terminal,
        Func<IProgress<JobProgress>?, Task<T>> work
    )
    {
        var latest = new LatestProgress();
        return await terminal
            .Live(ProgressTable.Of(null))
            .StartAsync(async live =>
            {
                var running = work(latest);
                using var timer = new PeriodicTimer(LiveInterval, clock);
                var tick = timer.WaitForNextTickAsync().AsTask();
                while (await Task.WhenAny(running, tick) == tick)
                {
                    live.UpdateTarget(ProgressTable.Of(latest.Value));
                    tick = timer.WaitForNextTickAsync().AsTask();
                }
                live.UpdateTarget(ProgressTable.Of(latest.Value));
                return await running;
            });
    }

    private sealed class LatestProgress : IProgress<JobProgress>
    {
        private volatile JobProgress? latest;

        public JobProgress? Value => latest;

        public void Report(JobProgress value) => latest = value;
    }
}
