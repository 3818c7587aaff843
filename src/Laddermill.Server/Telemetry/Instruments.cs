using System.Diagnostics;
using System.Diagnostics.Metrics;
using Laddermill.Server.Ledger;
using Laddermill.Webhooks;

namespace Laddermill.Server.Telemetry;

/// <summary>
/// What is counted and timed as it happens, in the form of OpenTelemetry: docs/telemetry.md has the table. Labels are names out of the configuration and
/// words of ours; never a job's id or an object's key, of which there is no end.
/// </summary>
public sealed class Instruments
{
    public const string MeterName = "Laddermill.Server";

    private readonly TimeProvider time;
    private readonly Counter<long> attempts;
    private readonly Counter<long> published;
    private readonly Counter<double> publishedFilm;
    private readonly Counter<long> looked;
    private readonly Counter<long> found;
    private readonly Histogram<double> attemptTime;
    private readonly Histogram<double> jobTime;
    private readonly Histogram<double> phaseTime;
    private readonly Histogram<double> speed;
    private readonly Histogram<double> eventDelay;
    private readonly Histogram<double> admissionDelay;
    private readonly Histogram<double> startDelay;
    private readonly Histogram<double> storeTime;
    private readonly Histogram<double> commitTime;
    private readonly Histogram<long> commitSize;
    private readonly Histogram<double> deliveryTime;
    private readonly Histogram<double> reconciliationTime;

    public Instruments(IMeterFactory meters, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(MeterName);
        attempts = meter.CreateCounter<long>(
            "laddermill.attempts",
            "{attempt}",
            "Attempts that ended, by outcome."
        );
        attemptTime = Seconds(
            meter,
            "laddermill.attempt.duration",
            "From an attempt's claim to its end.",
            Buckets.Work
        );
        jobTime = Seconds(
            meter,
            "laddermill.job.duration",
            "From the announcement of a job to its end, pauses included.",
            Buckets.Work
        );
        phaseTime = Seconds(
            meter,
            "laddermill.phase.duration",
            "What workers spent in each phase.",
            Buckets.Work
        );
        speed = meter.CreateHistogram(
            "laddermill.encode.speed",
            "1",
            "Seconds of film for each second of encoding, at the end of an attempt.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Speed }
        );
        published = meter.CreateCounter<long>(
            "laddermill.published",
            "By",
            "Media that was published."
        );
        publishedFilm = meter.CreateCounter<double>(
            "laddermill.published.film",
            "s",
            "Length of the films that were published."
        );
        eventDelay = Seconds(
            meter,
            "laddermill.event.delay",
            "From the time that an event tells to the moment when it was durable here.",
            Buckets.Delay
        );
        admissionDelay = Seconds(
            meter,
            "laddermill.admission.delay",
            "From the moment when news of an object were durable to the moment when its job was.",
            Buckets.Delay
        );
        startDelay = Seconds(
            meter,
            "laddermill.start.delay",
            "From the moment when news of an object were durable to the start of its first worker.",
            Buckets.Delay
        );
        storeTime = Seconds(
            meter,
            "laddermill.store.operation.duration",
            "Calls of this server to stores; error.type tells those that failed.",
            Buckets.Call
        );
        commitTime = Seconds(
            meter,
            "laddermill.ledger.commit.duration",
            "Commits of groups of changes; error.type tells those that failed.",
            Buckets.Call
        );
        commitSize = meter.CreateHistogram(
            "laddermill.ledger.commit.changes",
            "{change}",
            "Changes in one commit.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = Buckets.Group }
        );
        deliveryTime = Seconds(
            meter,
            "laddermill.webhook.delivery.duration",
            "Tries to deliver a message, by outcome.",
            Buckets.Call
        );
        reconciliationTime = Seconds(
            meter,
            "laddermill.reconciliation.duration",
            "Comparisons of a source with the ledger; error.type tells those that failed.",
            Buckets.Work
        );
        looked = meter.CreateCounter<long>(
            "laddermill.reconciliation.looked",
            "{object}",
            "Objects that comparisons looked at."
        );
        found = meter.CreateCounter<long>(
            "laddermill.reconciliation.found",
            "{object}",
            "Objects that comparisons found new: no event had told of them."
        );
    }

    /// <summary>The beginning of something, for the methods below that time it.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>An event is durable.</summary>
    /// <param name="source">Name of whoever may send it, out of the configuration.</param>
    /// <param name="happened">What the event itself says; null when it does not.</param>
    public void EventRecorded(string source, DateTimeOffset? happened)
    {
        if (happened is { } then)
        {
            eventDelay.Record(Since(then), new KeyValuePair<string, object?>("source", source));
        }
    }

    /// <summary>News of an object became a job, or nothing.</summary>
    public void Admitted(string pipeline, long received) =>
        admissionDelay.Record(Since(received), Of(pipeline));

    /// <summary>A worker runs.</summary>
    public void Started(JobRow job)
    {
        if (job.Attempts == 1)
        {
            startDelay.Record(Since(job.Created), Of(job.Pipeline));
        }
    }

    /// <summary>An attempt is over, and written down.</summary>
    public void Ended(JobRow job, AttemptEnd end, WorkerFigures figures)
    {
        var pipeline = Of(job.Pipeline);
        var outcome = new KeyValuePair<string, object?>("outcome", end.Outcome);
        attempts.Add(1, pipeline, outcome);
        if (job.Started is { } started)
        {
            attemptTime.Record(Since(started), pipeline, outcome);
        }
        if (end.State != JobState.Queued)
        {
            jobTime.Record(
                Since(job.Created),
                pipeline,
                new KeyValuePair<string, object?>("state", Words.Of(end.State))
            );
        }
        foreach (var phase in figures.Phases)
        {
            phaseTime.Record(
                phase.Seconds,
                pipeline,
                new KeyValuePair<string, object?>("phase", phase.Name)
            );
        }
        if (figures.Speed is { } reached)
        {
            speed.Record(reached, pipeline);
        }
        if (end.State == JobState.Succeeded && figures.Bytes > 0)
        {
            published.Add(figures.Bytes, pipeline);
            publishedFilm.Add(figures.FilmSeconds, pipeline);
        }
    }

    /// <param name="store">Its name, out of the configuration.</param>
    /// <param name="operation"><c>head</c>, <c>read</c>, <c>put</c>, <c>list</c> or <c>delete</c>.</param>
    /// <param name="spent">Time in the store, without that of whoever takes what it gives.</param>
    public void StoreCalled(string store, string operation, TimeSpan spent, Exception? failure)
    {
        var tags = new TagList { { "store", store }, { "operation", operation } };
        storeTime.Record(spent.TotalSeconds, Failed(tags, failure));
    }

    public void Committed(long began, int changes, Exception? failure)
    {
        commitTime.Record(time.GetElapsedTime(began).TotalSeconds, Failed([], failure));
        commitSize.Record(changes);
    }

    /// <summary>One try to deliver a message to a webhook.</summary>
    /// <param name="webhook">Its name in the configuration.</param>
    public void WebhookTried(string webhook, WebhookResult result, long began) =>
        deliveryTime.Record(
            time.GetElapsedTime(began).TotalSeconds,
            new KeyValuePair<string, object?>("webhook", webhook),
            new KeyValuePair<string, object?>("outcome", Words.Of(result))
        );

    public void Reconciled(string pipeline, long began, int objects, int news, Exception? failure)
    {
        var tags = new TagList { { "pipeline", pipeline } };
        reconciliationTime.Record(time.GetElapsedTime(began).TotalSeconds, Failed(tags, failure));
        looked.Add(objects, Of(pipeline));
        found.Add(news, Of(pipeline));
    }

    private static TagList Failed(TagList tags, Exception? failure)
    {
        if (failure is not null)
        {
            tags.Add("error.type", Words.Of(failure));
        }
        return tags;
    }

    private static KeyValuePair<string, object?> Of(string pipeline) => new("pipeline", pipeline);

    private double Since(long ticks) => Since(new DateTimeOffset(ticks, TimeSpan.Zero));

    /// <summary>Never negative: others' clocks may be ahead of ours.</summary>
    private double Since(DateTimeOffset then) =>
        Math.Max(0, (time.GetUtcNow() - then).TotalSeconds);

    private static Histogram<double> Seconds(
        Meter meter,
        string name,
        string description,
        double[] buckets
    ) =>
        meter.CreateHistogram(
            name,
            "s",
            description,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets }
        );
}
