using System.Diagnostics.Metrics;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Running;

namespace Laddermill.Server.Telemetry;

/// <summary>How things stand, asked for when somebody looks.</summary>
internal sealed class Gauges
{
    private readonly LedgerCounts counts;
    private readonly PipelineSet pipelines;
    private readonly RunningJobs running;
    private readonly RunningSettings settings;
    private readonly TimeProvider time;

    public Gauges(
        IMeterFactory meters,
        LedgerCounts counts,
        PipelineSet pipelines,
        RunningJobs running,
        RunningSettings settings,
        TimeProvider time
    )
    {
        (this.counts, this.pipelines, this.running) = (counts, pipelines, running);
        (this.settings, this.time) = (settings, time);
        var meter = meters.Create(Instruments.MeterName);
        meter.CreateObservableUpDownCounter(
            "laddermill.jobs",
            Jobs,
            "{job}",
            "Jobs in the ledger, by state."
        );
        meter.CreateObservableGauge(
            "laddermill.queue.age",
            QueueAge,
            "s",
            "How long the job has waited that waits longest and may run at once; 0 when none waits."
        );
        meter.CreateObservableUpDownCounter(
            "laddermill.announcements",
            Announcements,
            "{announcement}",
            "News of objects that are durable and not looked at yet."
        );
        meter.CreateObservableUpDownCounter(
            "laddermill.slots",
            Slots,
            "{slot}",
            "Jobs that this server can run at once, used and free."
        );
        meter.CreateObservableGauge(
            "laddermill.encode.throughput",
            Throughput,
            "{film_second}/s",
            "Seconds of film that this server's workers encode each second, all together."
        );
    }

    private IEnumerable<Measurement<long>> Jobs()
    {
        var counted = counts.Now();
        if (counted.Announcements is null)
        {
            return [];
        }
        return from pipeline in Names(counted.Jobs.Keys.Select(key => key.Pipeline))
            from state in Enum.GetValues<JobState>()
            select new Measurement<long>(
                counted.Jobs.GetValueOrDefault((pipeline, state)),
                Of(pipeline),
                new("state", Words.Of(state))
            );
    }

    private IEnumerable<Measurement<double>> QueueAge()
    {
        var (counted, now) = (counts.Now(), time.GetUtcNow());
        if (counted.Announcements is null)
        {
            return [];
        }
        return Names(counted.Oldest.Keys)
            .Select(pipeline => new Measurement<double>(
                counted.Oldest.TryGetValue(pipeline, out var since)
                    ? Math.Max(0, (now - since).TotalSeconds)
                    : 0,
                Of(pipeline)
            ));
    }

    private IEnumerable<Measurement<long>> Announcements() =>
        counts.Now().Announcements is { } waiting ? [new Measurement<long>(waiting)] : [];

    private IEnumerable<Measurement<long>> Slots()
    {
        var used = running.Count;
        return
        [
            new(used, new KeyValuePair<string, object?>("state", "used")),
            new(
                Math.Max(0, settings.Slots - used),
                new KeyValuePair<string, object?>("state", "free")
            ),
        ];
    }

    private IEnumerable<Measurement<double>> Throughput()
    {
        var now = running.All;
        return pipelines.All.Select(pipeline => new Measurement<double>(
            now.Where(job => job.Job.Pipeline == pipeline.Name)
                .Sum(job => WorkerFigures.SpeedOf(job.Progress) ?? 0),
            Of(pipeline.Name)
        ));
    }

    /// <summary>Pipelines of the configuration, also those that have nothing to tell, and those that are only in the ledger any more.</summary>
    private IEnumerable<string> Names(IEnumerable<string> known) =>
        pipelines.All.Select(pipeline => pipeline.Name).Union(known);

    private static KeyValuePair<string, object?> Of(string pipeline) => new("pipeline", pipeline);
}
