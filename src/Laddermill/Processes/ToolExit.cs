using System.Collections.Immutable;

namespace Laddermill.Processes;

/// <summary>How a tool ended.</summary>
/// <param name="ExitCode">Its own code, or 128 + the signal that ended it (137: killed).</param>
/// <param name="ErrorTail">The last lines of its stderr, oldest first.</param>
/// <param name="Usage">What it used, as last seen while it ran; null when it ended before anyone looked.</param>
public sealed record ToolExit(int ExitCode, ImmutableArray<string> ErrorTail, ToolUsage? Usage)
{
    public bool IsSuccess => ExitCode == 0;

    /// <summary>Set when it was ended, or failed, because it used more than it may.</summary>
    public ToolLimit? Breach { get; init; }
}

/// <summary>Seen four times a second and at the end of stderr, so up to a quarter of a second of work can be missing.</summary>
/// <param name="ProcessorTime">User and system time of all threads.</param>
/// <param name="PeakMemory">Largest resident set, in bytes.</param>
public sealed record ToolUsage(TimeSpan ProcessorTime, long PeakMemory);
