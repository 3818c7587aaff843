namespace Laddermill.Processes;

/// <summary>
/// What this process and the tools that have ended used of processors, user and system time together. The kernel's own sum of our children misses those in a sandbox, for which
/// nobody waits.
/// </summary>
public static class ProcessorTime
{
    private static long ofTools;

    public static TimeSpan Used =>
        Environment.CpuUsage.TotalTime + TimeSpan.FromTicks(Interlocked.Read(ref ofTools));

    /// <summary>What a tool has used that has ended.</summary>
    internal static void Add(TimeSpan used) => Interlocked.Add(ref ofTools, used.Ticks);
}
