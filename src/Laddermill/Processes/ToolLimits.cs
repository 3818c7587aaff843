namespace Laddermill.Processes;

/// <summary>What a tool had too much of.</summary>
public enum ToolLimit
{
    /// <summary>Processor time.</summary>
    Processor,

    /// <summary>Wall time, and it was at work.</summary>
    Wall,

    /// <summary>Wall time, and it did next to nothing: whoever it waited for is to blame.</summary>
    Standstill,

    /// <summary>Memory.</summary>
    Memory,

    /// <summary>Bytes that it wrote.</summary>
    Output,
}

/// <summary>How much one run of a tool may use; null: as much as there is. A tool that uses more is killed with all that it started.</summary>
public sealed record ToolLimits
{
    /// <summary>Less than this part of one core is no work.</summary>
    private const double LeastWork = 0.1;

    /// <summary>Private memory that a tool of many threads has and never uses: their stacks of 8 MiB each.</summary>
    private const long Untouched = 256L << 20;

    /// <summary>What tools and loaders say when they get no more memory.</summary>
    private static readonly string[] NoMemory =
    [
        "cannot allocate memory",
        "memory exhausted",
        "out of memory",
        "malloc of size",
        "failed to map segment",
        "std::bad_alloc",
    ];

    /// <summary>Of all its threads together.</summary>
    public TimeSpan? Processor { get; init; }

    public TimeSpan? Wall { get; init; }

    /// <summary>Bytes: of its resident set, and (where there is prlimit) of its private memory.</summary>
    public long? Memory { get; init; }

    /// <summary>Bytes, on its stdout and our sockets together; it can write nothing else.</summary>
    public long? Output { get; init; }

    /// <summary>
    /// Options of prlimit, so that the kernel holds what we look at four times a second only. Later than our own look, which alone can tell the
    /// reason: the kernel kills, or lets an allocation fail that the tool calls whatever it likes.
    /// </summary>
    internal IEnumerable<string> ForKernel()
    {
        if (Processor is { } processor)
        {
            yield return FormattableString.Invariant(
                $"--cpu={Math.Ceiling(processor.TotalSeconds * 1.1) + 10:0}"
            );
        }
        // Not the address space (--as): the C library reserves 64 MiB of it for each thread, and uses a fraction.
        if (Memory is { } memory)
        {
            yield return FormattableString.Invariant(
                $"--data={(Math.Min(memory, long.MaxValue / 4) * 2) + Untouched}"
            );
        }
    }

    /// <returns>What there was too much of, or null.</returns>
    internal ToolLimit? Exceeded(ToolUsage? usage, TimeSpan elapsed, long written) =>
        usage?.ProcessorTime > Processor ? ToolLimit.Processor
        : usage?.PeakMemory > Memory ? ToolLimit.Memory
        : written > Output ? ToolLimit.Output
        : elapsed <= Wall || Wall is null ? null
        : usage?.ProcessorTime < elapsed * LeastWork ? ToolLimit.Standstill
        : ToolLimit.Wall;

    /// <summary>Whether a tool that failed did so because the kernel gave it no more memory.</summary>
    internal bool IsOutOfMemory(ToolUsage? usage, IReadOnlyCollection<string> errors)
    {
        return Memory is { } memory
            && (
                Say(NoMemory)
                // A thread without room for its stack; but there are other reasons.
                || (usage?.PeakMemory > memory / 2 && Say(["resource temporarily unavailable"]))
            );

        bool Say(string[] phrases) =>
            errors.Any(line =>
                phrases.Any(words => line.Contains(words, StringComparison.OrdinalIgnoreCase))
            );
    }
}
