using System.Collections.Immutable;
using System.Diagnostics;
using Laddermill.Jobs;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Telemetry;

/// <summary>
/// One trace for each upload, from the news of it to the last put: docs/telemetry.md shows it. All methods give null, and cost next to nothing, where nobody
/// gathers traces.
/// </summary>
internal static class Traces
{
    public const string SourceName = "Laddermill.Server";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A whole comparison of a pipeline's source.</summary>
    public static Activity? Reconciliation(string pipeline)
    {
        var span = Root("reconcile");
        span?.SetTag("laddermill.pipeline", pipeline);
        return span;
    }

    /// <summary>An object that was found by looking begins a trace of its own: a comparison finds any number of them.</summary>
    /// <returns>The traceparent of what comes of it.</returns>
    public static string? Found(string pipeline, string key)
    {
        var around = Activity.Current;
        using var span = Root("find", around?.Context);
        span?.SetTag("laddermill.pipeline", pipeline).SetTag("laddermill.object.key", key);
        span?.Stop();
        Activity.Current = around;
        return span?.Id;
    }

    /// <summary>From news to a job, or to nothing.</summary>
    public static Activity? Admission(string pipeline, AnnouncementRow news)
    {
        var span = Source.StartActivity("admit", ActivityKind.Consumer, Parse(news.Trace));
        return span
            ?.SetTag("laddermill.pipeline", pipeline)
            .SetTag("laddermill.object.key", news.Key);
    }

    /// <summary>One attempt from its claim to its end, and before the first one the time in the queue.</summary>
    /// <param name="isTakenOver">Begun by another server, or an earlier life of this one.</param>
    public static Activity? Attempt(JobRow job, bool isTakenOver)
    {
        var parent = Parse(job.Trace);
        if (job is { Attempts: 1, Started: { } claimed } && !isTakenOver)
        {
            Past("queue", parent, At(job.Queued), At(claimed))?.SetTag("laddermill.job.id", job.Id);
        }
        return Source
            .StartActivity("attempt", ActivityKind.Internal, parent)
            ?.SetTag("laddermill.job.id", job.Id)
            .SetTag("laddermill.pipeline", job.Pipeline)
            .SetTag("laddermill.source", job.Source)
            .SetTag("laddermill.attempt.number", job.Attempts)
            .SetTag("laddermill.attempt.taken_over", isTakenOver ? true : null);
    }

    /// <summary>A part of what is going on here; none where nothing is.</summary>
    public static Activity? Step(string name) =>
        Activity.Current is null ? null : Source.StartActivity(name);

    /// <summary>A call to a store.</summary>
    public static Activity? StoreCall(string store, string operation) =>
        Activity.Current is null
            ? null
            : Source
                .StartActivity($"store {operation}", ActivityKind.Client)
                ?.SetTag("laddermill.store", store);

    /// <summary>The traceparent for a worker: that of the attempt going on; where nobody traces, that of whoever asked for the job.</summary>
    public static string? ForWorker(JobRow job) =>
        Activity.Current is { } attempt && attempt.Source == Source ? attempt.Id : job.Trace;

    /// <summary>How an attempt ended, and what its worker did when.</summary>
    public static void Ended(AttemptEnd end, ImmutableArray<JobPhase> phases)
    {
        if (Activity.Current is not { } here || here.Source != Source)
        {
            return;
        }
        var attempt = here.OperationName == "attempt" ? here : here.Parent ?? here;
        attempt.SetTag("laddermill.attempt.outcome", end.Outcome);
        if (end.Outcome is "failed" or "lost")
        {
            attempt.SetTag("error.type", end.Code ?? end.Outcome);
            attempt.SetStatus(ActivityStatusCode.Error, end.Reason);
        }
        foreach (var phase in phases)
        {
            Past(
                $"worker {phase.Name}",
                attempt.Context,
                phase.Start,
                phase.Start + TimeSpan.FromSeconds(phase.Seconds)
            );
        }
    }

    public static void Failed(this Activity? span, Exception failure) =>
        span
            ?.SetTag("error.type", Words.Of(failure))
            .SetStatus(ActivityStatusCode.Error, failure.Message);

    /// <summary>A span of what is over already.</summary>
    private static Activity? Past(
        string name,
        ActivityContext parent,
        DateTimeOffset start,
        DateTimeOffset end
    )
    {
        var around = Activity.Current;
        var span = Source.StartActivity(name, ActivityKind.Internal, parent, startTime: start);
        span?.SetEndTime(end.UtcDateTime);
        span?.Stop();
        Activity.Current = around;
        return span;
    }

    /// <summary>The first span of a trace, whatever goes on around it.</summary>
    private static Activity? Root(string name, ActivityContext? cause = null)
    {
        Activity.Current = null;
        return Source.StartActivity(
            name,
            ActivityKind.Internal,
            default(ActivityContext),
            links: cause is { } linked ? [new ActivityLink(linked)] : null
        );
    }

    private static ActivityContext Parse(string? trace) =>
        ActivityContext.TryParse(trace, null, isRemote: true, out var context) ? context : default;

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}
