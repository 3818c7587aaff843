using System.Collections.Immutable;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>How long each phase of a job took, in seconds.</summary>
internal sealed class Stopwatches(TimeProvider clock)
{
    private readonly Dictionary<string, double> seconds = new(StringComparer.Ordinal);
    private readonly long began = clock.GetTimestamp();
    private readonly TimeSpan used = ProcessorTime.Used;

    /// <summary>Since it was made.</summary>
    public double WallSeconds => Math.Round(clock.GetElapsedTime(began).TotalSeconds, 2);

    /// <summary>Of processors, by this process and its tools since it was made.</summary>
    public double CpuSeconds => Math.Round((ProcessorTime.Used - used).TotalSeconds, 2);

    public ImmutableDictionary<string, double> Seconds =>
        seconds.ToImmutableDictionary(entry => entry.Key, entry => Math.Round(entry.Value, 3));

    /// <summary>A moment, in seconds since the job started; the first one counts.</summary>
    public void Note(string moment, double since)
    {
        lock (seconds)
        {
            seconds.TryAdd(moment, since);
        }
    }

    public async Task<T> MeasureAsync<T>(string phase, Func<Task<T>> work)
    {
        var started = clock.GetTimestamp();
        try
        {
            return await work();
        }
        finally
        {
            lock (seconds)
            {
                seconds[phase] =
                    seconds.GetValueOrDefault(phase) + clock.GetElapsedTime(started).TotalSeconds;
            }
        }
    }

    public Task MeasureAsync(string phase, Func<Task> work) =>
        MeasureAsync(
            phase,
            async () =>
            {
                await work();
                return true;
            }
        );
}
