using Laddermill.Media;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Console.Job;

/// <summary>What went wrong, and what to do about it.</summary>
/// <param name="What">One sentence.</param>
/// <param name="Lines">What the tool said, line by line.</param>
/// <param name="Remedy">What somebody can do.</param>
internal sealed record Advice(string What, IReadOnlyList<string> Lines, string Remedy)
{
    /// <summary>Null where nothing went wrong.</summary>
    public static Advice? Of(JobRow job)
    {
        if (job.Reason is not { Length: > 0 } reason || job.State == JobState.Succeeded)
        {
            return null;
        }
        var lines = reason.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new Advice(lines[0], [.. lines.Skip(1)], RemedyOf(job));
    }

    private static string RemedyOf(JobRow job) =>
        job.State switch
        {
            JobState.Rejected when RejectionCode.Find(job.Code ?? "") is { } code => code.Advice,
            JobState.Rejected => "Upload the film in another form, or try again.",
            JobState.Cancelled => "Try it again when it is wanted after all.",
            JobState.Queued when job.Due is not null =>
                "Nothing: it is tried again by itself. Try again now if the cause is gone.",
            JobState.Queued or JobState.Running => "Nothing: it is on its way.",
            _ => job.Code switch
            {
                "worker-lost" =>
                    "Look whether the machine has enough memory for a film of this size, and at the worker's last words below; then try again.",
                "usage" =>
                    "The server and the program that its workers run do not fit together: install the same version of both, then try again.",
                "engine" =>
                    "The engine could not start the worker: check engine in the configuration, and the engine's own log; then try again.",
                _ =>
                    "Look at the tool's words and the log below. If a disk was full or a store away, try again when that is mended; if the film itself is broken, upload it again.",
            },
        };
}
