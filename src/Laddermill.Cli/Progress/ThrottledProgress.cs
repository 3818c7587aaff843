using Laddermill.Transcoding;

namespace Laddermill.Cli.Progress;

/// <summary>
/// Passes on the first snapshot of each phase, and further ones when <paramref name="interval"/> has passed since the last. Encoders report
/// from several threads, so a snapshot may also come late: then it is dropped.
/// </summary>
internal sealed class ThrottledProgress(
    TimeSpan interval,
    TimeProvider clock,
    Action<JobProgress> show
) : IProgress<JobProgress>
{
    private readonly Lock gate = new();
    private JobProgress? shown;
    private long shownAt;

    public void Report(JobProgress value)
    {
        lock (gate)
        {
            if (shown is not null && !IsDue(value, shown))
            {
                return;
            }
            (shown, shownAt) = (value, clock.GetTimestamp());
            show(value);
        }
    }

    private bool IsDue(JobProgress value, JobProgress last) =>
        value.Elapsed >= last.Elapsed
        && (value.Phase != last.Phase || clock.GetElapsedTime(shownAt) >= interval);
}
