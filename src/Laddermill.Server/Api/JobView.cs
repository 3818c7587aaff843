using System.Text.Json;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Api;

/// <summary>A job as the API shows it.</summary>
/// <param name="Id">The job's id, see docs/jobs.md.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Pipeline">By whose rules it is done.</param>
/// <param name="Source">Address of the source.</param>
/// <param name="Name">The object's folder under the destination.</param>
/// <param name="Destination">Address of the root that streams are published under.</param>
/// <param name="Priority">Higher comes first.</param>
/// <param name="Created">When it was announced.</param>
/// <param name="Started">When its last attempt began.</param>
/// <param name="Ended">When it was over; null while it is not.</param>
/// <param name="Attempts">Begun so far.</param>
/// <param name="Failures">Attempts that failed; those that were lost or let go do not count.</param>
/// <param name="CancelRequested">Somebody wants it cancelled, and its worker has not ended yet.</param>
/// <param name="Revision">The folder of the media that it made last.</param>
/// <param name="Size">Bytes of the source.</param>
/// <param name="NextAttempt">A queued job is not tried before; null: as soon as there is room.</param>
/// <param name="Progress">What the worker told last; null when it does not run.</param>
/// <param name="Result">What the worker told at the end.</param>
/// <param name="Code">Stable word: why it failed or was rejected.</param>
/// <param name="Reason">One sentence, and the tool's last words beneath.</param>
/// <param name="Links">Where what was made can be fetched from this server; null when it cannot.</param>
public sealed record JobView(
    string Id,
    JobState State,
    string? Pipeline,
    string Source,
    long Size,
    string Name,
    string Destination,
    int Priority,
    DateTimeOffset Created,
    DateTimeOffset? Started,
    DateTimeOffset? Ended,
    DateTimeOffset? NextAttempt,
    int Attempts,
    int Failures,
    bool CancelRequested,
    JsonElement? Progress,
    JsonElement? Result,
    string? Code,
    string? Reason,
    string? Revision,
    JobLinks? Links
)
{
    public static JobView Of(JobRow job, JobLinks? links) =>
        new(
            job.Id,
            job.State,
            job.Pipeline.Length == 0 ? null : job.Pipeline,
            job.Source,
            job.Size,
            job.Name,
            job.Destination,
            job.Priority,
            Instant(job.Created)!.Value,
            Instant(job.Started),
            Instant(job.Ended),
            Instant(job.Due),
            job.Attempts,
            job.Failures,
            job.CancelRequested,
            Json(job.Progress),
            Json(job.Result),
            job.Code,
            job.Reason,
            job.Revision,
            links
        );

    public static string StateName(JobState state) => state.ToString().ToLowerInvariant();

    /// <summary>Changes with each change of the job.</summary>
    public static string ETagOf(JobRow job) => $"\"{job.Changed:x}\"";

    public static DateTimeOffset? Instant(long? ticks) =>
        ticks is { } known ? new DateTimeOffset(known, TimeSpan.Zero) : null;

    private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
}

/// <summary>Addresses on this server.</summary>
/// <param name="Playlist">HLS: start here. Null until there is something to play.</param>
/// <param name="Manifest">DASH: start here.</param>
/// <param name="Thumbnail">A picture of the film.</param>
/// <param name="Report">What was made of what, with measured rates and timings.</param>
public sealed record JobLinks(string? Playlist, string? Manifest, string? Thumbnail, string Report);

/// <summary>A page of jobs.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record JobPage(IReadOnlyList<JobView> Items, string? Next);

/// <summary>One try at a job.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Server">Which server ran it.</param>
/// <param name="Run">What the engine calls the run.</param>
/// <param name="ExitCode">Of the worker; null while it runs, or when it vanished.</param>
/// <param name="Outcome"><c>succeeded</c>, <c>failed</c>, <c>rejected</c>, <c>cancelled</c>, <c>lost</c> or <c>released</c>; null while it runs.</param>
/// <param name="Reason">One sentence, and the tool's last words beneath.</param>
public sealed record AttemptView(
    int Number,
    string Server,
    string? Run,
    DateTimeOffset Started,
    DateTimeOffset? Ended,
    int? ExitCode,
    string? Outcome,
    string? Reason
)
{
    public static AttemptView Of(AttemptRow attempt) =>
        new(
            attempt.Number,
            attempt.Server,
            attempt.Run,
            JobView.Instant(attempt.Started)!.Value,
            JobView.Instant(attempt.Ended),
            attempt.ExitCode,
            attempt.Outcome,
            attempt.Reason
        );
}

/// <summary>How many jobs there are in each state.</summary>
public sealed record JobCounts(
    int Queued,
    int Running,
    int Succeeded,
    int Failed,
    int Rejected,
    int Cancelled
)
{
    public static JobCounts Of(IReadOnlyDictionary<JobState, int> counts) =>
        new(
            counts.GetValueOrDefault(JobState.Queued),
            counts.GetValueOrDefault(JobState.Running),
            counts.GetValueOrDefault(JobState.Succeeded),
            counts.GetValueOrDefault(JobState.Failed),
            counts.GetValueOrDefault(JobState.Rejected),
            counts.GetValueOrDefault(JobState.Cancelled)
        );
}
