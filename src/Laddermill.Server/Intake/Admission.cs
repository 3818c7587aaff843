using System.Text.Json;
using Laddermill.Jobs;
using Laddermill.Media;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Running;
using Laddermill.Server.Telemetry;
using Laddermill.Storage;
using Laddermill.Transcoding;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Intake;

/// <summary>Asks an object what it is, and enters its job into the ledger, unless it is there or was done before.</summary>
public sealed partial class Admission(
    PipelineSet pipelines,
    JobQueue queue,
    IDbContextFactory<LedgerContext> contexts,
    JobEndings endings,
    Signals signals,
    Instruments instruments,
    TimeProvider time,
    ILogger<Admission> log
)
{
    /// <summary>For a job that was asked for by itself.</summary>
    public const int DefaultAttempts = 3;

    /// <summary>Looks at what was announced.</summary>
    /// <exception cref="StoreException">A store refuses or cannot be reached.</exception>
    public async Task AdmitAsync(Pipeline pipeline, News news, CancellationToken cancellation)
    {
        var first = news.First;
        using var span = Traces.Admission(pipeline.Name, first);
        if (FilmsBeside.IsText(first.Key))
        {
            var store = pipelines.Open(pipeline.Source);
            var films = FilmsBeside.FindAsync(pipeline, store, first.Key, cancellation);
            await foreach (var film in films)
            {
                await EnterAsync(await OfKeyAsync(pipeline, film, first, cancellation), []);
            }
        }
        var job = await OfKeyAsync(pipeline, first.Key, first, cancellation);
        if (job is null && first.OtherKey is { } other)
        {
            job = await OfKeyAsync(pipeline, other, first, cancellation);
        }
        await EnterAsync(job, news.Announcements);
        span?.SetTag("laddermill.job.id", job?.Id);
        instruments.Admitted(pipeline.Name, first.Received);
    }

    private async Task<bool> EnterAsync(JobRow? job, IReadOnlyList<long> announcements)
    {
        var isNew = await queue.EnterAsync(
            job,
            announcements,
            CancellationToken.None,
            // Refused here and now; an end that was found was told when it happened.
            job is { State: JobState.Rejected, Attempts: 0 }
                ? endings.TellAsync
                : null
        );
        if (isNew && job is not null)
        {
            Entered(job.Id, job.Pipeline, job.Source, job.State);
            signals.JobReady();
        }
        return isNew;
    }

    /// <summary>Nothing can come of it: its pipeline is gone.</summary>
    public Task DropAsync(News news) =>
        queue.EnterAsync(null, news.Announcements, CancellationToken.None);

    /// <summary>Enters a job that somebody asked for.</summary>
    /// <returns>Its row as it was entered, and whether it is new.</returns>
    /// <exception cref="FileNotFoundException">There is no such source.</exception>
    /// <exception cref="RejectedException">The source is empty, or its name too long.</exception>
    /// <exception cref="StoreException">A store refuses or cannot be reached.</exception>
    public async Task<(JobRow Job, bool IsNew)> SubmitAsync(
        JobDocument document,
        Pipeline pipeline,
        int? priority,
        string? trace,
        CancellationToken cancellation
    )
    {
        using var span = Traces.Step("admit");
        var request = await OpenAsync(document, cancellation);
        var job = await RowAsync(request, document, pipeline, cancellation);
        span?.SetTag("laddermill.job.id", job.Id);
        (job.Priority, job.Trace) = (priority ?? pipeline.Priority, trace);
        return (job, await EnterAsync(job, []));
    }

    /// <summary>Null when there is no such object, or none that starts a job.</summary>
    private async Task<JobRow?> OfKeyAsync(
        Pipeline pipeline,
        string key,
        AnnouncementRow news,
        CancellationToken cancellation
    )
    {
        if (pipeline.Objection(key) is { } objection)
        {
            Ignored(pipeline.Name, key, objection);
            return null;
        }
        var document = pipeline.Document(key);
        try
        {
            var found = await pipelines.Open(pipeline.Source).HeadAsync(key, cancellation);
            if (found is null or { Size: 0 })
            {
                // An empty object is a place that something is being written to, or a marker: its next version is news again.
                return null;
            }
            var request = await OpenAsync(document, cancellation);
            var job = await RowAsync(request, document, pipeline, cancellation);
            (job.SourceKey, job.SourceVersion) = (key, found.ETag);
            (job.Created, job.Queued, job.Trace) = (news.Received, news.Received, news.Trace);
            return job;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (RejectedException rejected)
        {
            return RefusedRow(
                pipeline,
                document,
                key,
                await VersionAsync(pipeline, key, cancellation),
                rejected
            );
        }
    }

    /// <summary>What the ledger has needs no look at the destination.</summary>
    private async Task<bool> IsKnownAsync(string id, CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger.Jobs.AnyAsync(job => job.Id == id, cancellation);
    }

    private async Task<string> VersionAsync(
        Pipeline pipeline,
        string key,
        CancellationToken cancellation
    ) => (await pipelines.Open(pipeline.Source).HeadAsync(key, cancellation))?.ETag ?? "";

    /// <summary>Refused before there was a worker: its name is too long for what would be made of it.</summary>
    private JobRow RefusedRow(
        Pipeline pipeline,
        JobDocument document,
        string key,
        string version,
        RejectedException rejected
    )
    {
        var now = time.GetUtcNow().UtcTicks;
        var known = pipelines.Open(pipeline.Source).Identify(key);
        var terms = JobTerms.Of(document);
        return new JobRow
        {
            Id = JobId.Compute(
                new SourceIdentity(
                    known.Provider,
                    known.Endpoint,
                    known.Bucket,
                    known.Key,
                    version
                ),
                document.Destination,
                terms.Protocols,
                terms.Profile
            ),
            Pipeline = pipeline.Name,
            Source = document.Source,
            SourceKey = key,
            SourceVersion = version,
            Name = document.Name ?? key,
            Destination = document.Destination,
            Document = JsonSerializer.Serialize(document, WorkerJson.Default.JobDocument),
            State = JobState.Rejected,
            Code = rejected.Code,
            Reason = rejected.Message,
            MaxAttempts = pipeline.MaxAttempts,
            Created = now,
            Queued = now,
            Ended = now,
            Changed = now,
        };
    }

    private Task<JobRequest> OpenAsync(JobDocument document, CancellationToken cancellation) =>
        JobRequest.OpenAsync(document, "/", time, cancellation, pipelines.Open);

    /// <summary>The row of a job; over already when its destination tells an outcome.</summary>
    private async Task<JobRow> RowAsync(
        JobRequest request,
        JobDocument document,
        Pipeline pipeline,
        CancellationToken cancellation
    )
    {
        var now = time.GetUtcNow().UtcTicks;
        var row = new JobRow
        {
            Id = request.Id,
            Pipeline = pipeline.Name,
            Source = document.Source,
            Size = request.SourceSize,
            Name = request.Output.Name,
            Destination = request.DestinationAddress,
            Document = JsonSerializer.Serialize(document, WorkerJson.Default.JobDocument),
            Priority = pipeline.Priority,
            MaxAttempts = pipeline.MaxAttempts,
            Created = now,
            Queued = now,
            Changed = now,
        };
        if (document.Force || await IsKnownAsync(row.Id, cancellation))
        {
            return row;
        }
        var outcome = await request.Output.Store.ReadSmallAsync(
            request.Output.Outcome(row.Id),
            cancellation
        );
        if (
            outcome is not null
            && JobOutcome.Parse(outcome) is { State: not JobEnd.Failed } earlier
        )
        {
            row.State = earlier.State == JobEnd.Done ? JobState.Succeeded : JobState.Rejected;
            (row.Code, row.Reason, row.Revision) = (earlier.Code, earlier.Reason, earlier.Revision);
            (row.Attempts, row.Ended) = (earlier.Attempts, earlier.Ended.UtcTicks);
        }
        return row;
    }

    [LoggerMessage(LogLevel.Information, "Job {Job} of pipeline {Pipeline}: {Source} ({State})")]
    private partial void Entered(string job, string pipeline, string source, JobState state);

    [LoggerMessage(LogLevel.Debug, "Pipeline {Pipeline}: the object {Key} {Objection}")]
    private partial void Ignored(string pipeline, string key, string objection);
}
