using System.Globalization;

namespace Laddermill.Engines.ChildProcesses;

/// <summary>What is written into a control group to hold limits; pure.</summary>
internal static class GroupLimits
{
    /// <summary>Microseconds; the kernel's usual one.</summary>
    private const int Period = 100_000;

    /// <summary>The controllers that are needed.</summary>
    public static IEnumerable<string> Controllers(WorkerLimits limits) =>
        [
            .. limits.Memory is null ? [] : (string[])["memory"],
            .. limits.Cpus is null ? [] : (string[])["cpu"],
        ];

    /// <param name="version">1 or 2, of control groups.</param>
    /// <returns>Files and what to write into each, in this order. Those that may be missing are there only where the kernel counts swap, or is newer.</returns>
    public static IEnumerable<(string File, string Text, bool MayBeMissing)> Files(
        int version,
        string controller,
        WorkerLimits limits
    )
    {
        var memory = Text(limits.MemoryBytes ?? 0);
        var quota = Text((long)((limits.Cpus ?? 0) * Period));
        return (version, controller) switch
        {
            (1, "memory") =>
            [
                ("memory.limit_in_bytes", memory, false),
                // Memory and swap together: no swap.
                ("memory.memsw.limit_in_bytes", memory, true),
            ],
            (1, _) =>
            [
                ("cpu.cfs_period_us", Text(Period), false),
                ("cpu.cfs_quota_us", quota, false),
            ],
            (_, "memory") =>
            [
                ("memory.max", memory, false),
                ("memory.swap.max", "0", true),
                // A worker without its ffmpeg is of no use, nor the other way round.
                ("memory.oom.group", "1", true),
            ],
            _ => [("cpu.max", $"{quota} {Period}", false)],
        };
    }

    /// <summary>How many processes of a group were killed because it had no more memory.</summary>
    /// <param name="events">The text of <c>memory.events</c> (version 2) or <c>memory.oom_control</c> (version 1).</param>
    public static int Killed(string events) =>
        events
            .Split('\n')
            .Select(line => line.Split(' '))
            .Where(line => line[0] == "oom_kill")
            .Select(line => int.Parse(line[1], CultureInfo.InvariantCulture))
            .FirstOrDefault();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
