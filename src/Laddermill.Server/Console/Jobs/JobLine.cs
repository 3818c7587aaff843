using Laddermill.Server.Api;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Console.Jobs;

/// <summary>A job as a table shows it: not the whole row, which is large.</summary>
/// <param name="Progress">The worker's last, as JSON; null unless it runs.</param>
public sealed record JobLine(
    string Id,
    JobState State,
    string Pipeline,
    string Name,
    long Size,
    long Created,
    long? Started,
    long? Ended,
    long? Due,
    int Attempts,
    bool CancelRequested,
    string? Reason,
    string? Progress
)
{
    public DateTimeOffset CreatedAt => new(Created, TimeSpan.Zero);

    public JobCursor Place => new(Created, Id);

    /// <summary>How long it ran last; null when it never did.</summary>
    public TimeSpan? Ran(DateTimeOffset now) =>
        Started is { } since && State != JobState.Queued
            ? TimeSpan.FromTicks(Math.Max(0, (Ended ?? now.UtcTicks) - since))
            : null;
}

/// <summary>A part of the table, newest first.</summary>
public sealed record JobLines(IReadOnlyList<JobLine> Lines, bool HasNewer, bool HasOlder);

/// <summary>What a table is to hold.</summary>
/// <param name="Search">Part of the name or of the source's address, or the beginning of the job's id.</param>
/// <param name="Since">Announced then or later.</param>
/// <param name="OlderThan">Goes on behind this one.</param>
/// <param name="NewerThan">Ends before this one; not both.</param>
public sealed record JobChoice(
    IReadOnlyCollection<JobState> States,
    string? Pipeline,
    string? Search,
    long? Since,
    JobCursor? OlderThan,
    JobCursor? NewerThan,
    int Limit
);
