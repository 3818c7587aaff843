using System.Globalization;

namespace Laddermill.Processes;

/// <summary>
/// Looks at <c>/proc</c> for what a running process and those that it started have used: a tool may be inside a sandbox, whose own process
/// only waits. The runtime reaps children itself, so the exact figures of <c>wait4</c> are
/// out of reach; the last look is close.
/// </summary>
internal sealed class UsageSampler(int processId)
{
    /// <summary>USER_HZ, which Linux fixes at 100 for what <c>/proc</c> shows (proc(5)).</summary>
    private const double TicksPerSecond = 100;

    /// <summary>bubblewrap, its first process inside, the tool, and one more.</summary>
    private const int MostGenerations = 3;

    private TimeSpan processorTime;
    private long peakMemory;
    private readonly Lock gate = new();
    private bool seen;

    public ToolUsage? Last
    {
        get
        {
            lock (gate)
            {
                return seen ? new ToolUsage(processorTime, peakMemory) : null;
            }
        }
    }

    public void Look()
    {
        try
        {
            var (time, memory) = Measure(processId, MostGenerations);
            lock (gate)
            {
                // A dying process has no memory and no children any more: keep what was seen before.
                processorTime = TimeSpan.FromTicks(Math.Max(processorTime.Ticks, time.Ticks));
                peakMemory = Math.Max(peakMemory, memory);
                seen = true;
            }
        }
        // The process has ended, or the system has no /proc: the figures are a courtesy.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { }
    }

    private static (TimeSpan Time, long Memory) Measure(int process, int generations)
    {
        var time = ReadProcessorTime(File.ReadAllText($"/proc/{process}/stat")) ?? TimeSpan.Zero;
        var memory = ReadPeakMemory(File.ReadLines($"/proc/{process}/status"));
        if (generations > 0)
        {
            foreach (var child in ProcessStat.Children(process))
            {
                var (more, larger) = Measure(child, generations - 1);
                (time, memory) = (time + more, memory + larger);
            }
        }
        return (time, memory);
    }

    /// <summary>Fields 14 and 15 of <c>/proc/PID/stat</c>.</summary>
    internal static TimeSpan? ReadProcessorTime(string stat)
    {
        var fields = ProcessStat.FieldsFromState(stat);
        return
            fields.Length > 12
            && long.TryParse(fields[11], CultureInfo.InvariantCulture, out var user)
            && long.TryParse(fields[12], CultureInfo.InvariantCulture, out var system)
            ? TimeSpan.FromSeconds((user + system) / TicksPerSecond)
            : null;
    }

    /// <summary><c>VmHWM:    1234 kB</c> in bytes; 0 when absent.</summary>
    internal static long ReadPeakMemory(IEnumerable<string> status)
    {
        var line = status.FirstOrDefault(line =>
            line.StartsWith("VmHWM:", StringComparison.Ordinal)
        );
        var number = line?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
        return long.TryParse(number, CultureInfo.InvariantCulture, out var kilobytes)
            ? kilobytes * 1024
            : 0;
    }
}
