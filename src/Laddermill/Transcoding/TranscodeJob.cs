using System.Collections.Immutable;
using Laddermill.Jobs;
using Laddermill.Media;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>How a job ended well.</summary>
/// <param name="WasDone">True when an earlier run had published it already and nothing was done.</param>
public sealed record JobResult(
    string Job,
    string Revision,
    OutputFolder Output,
    bool WasDone,
    JobReport? Report
);

/// <summary>One job from probe to publish.</summary>
public sealed class TranscodeJob(TimeProvider clock)
{
    /// <exception cref="RejectedException">The source cannot or must not be transcoded.</exception>
    /// <exception cref="OperationCanceledException">Nothing was published; segments that are done are kept for the next run.</exception>
    public async Task<JobResult> RunAsync(
        JobRequest request,
        IProgress<JobProgress>? listener,
        CancellationToken cancellation
    )
    {
        var source = request.Source;
        var output = request.Output;
        var job = JobId.Compute(
            source.Identity,
            request.DestinationAddress,
            request.Protocols,
            request.Profile
        );
        var outcomes = new Outcomes(output, job, source.Address, clock);
        var earlier = await outcomes.ReadAsync(cancellation);
        if (
            !request.Force
            && earlier is { State: JobEnd.Done, Revision: { } revision }
            && await RevisionLease.IsPublishedAsync(output, revision, cancellation)
        )
        {
            return new JobResult(job, revision, output, WasDone: true, null);
        }
        if (
            !request.Force
            && earlier is { State: JobEnd.Rejected, Code: { } word, Reason: { } reason }
            && RejectionCode.Find(word) is { } code
        )
        {
            throw new RejectedException(code, reason);
        }
        try
        {
            await using var access = await source.OpenAsync(cancellation);
            var progress = new ProgressTracker(clock, listener);
            return await access.ReadAsync(
                (input, token) => MakeAsync(request, input, job, outcomes, progress, token),
                cancellation
            );
        }
        catch (RejectedException rejection)
        {
            await outcomes.WriteRejectedAsync(rejection, cancellation);
            throw;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            await outcomes.TryWriteFailureAsync(failure);
            throw;
        }
    }

    private async Task<JobResult> MakeAsync(
        JobRequest request,
        MediaInput input,
        string job,
        Outcomes outcomes,
        ProgressTracker progress,
        CancellationToken cancellation
    )
    {
        var (source, output) = (request.Source, request.Output);
        var timings = new Stopwatches(clock);
        var toolchain = Toolchain.IdentifyAsync(cancellation);

        var made = await timings.MeasureAsync(
            "plan",
            () => SourcePlan.MakeAsync(input, request.Profile, clock, cancellation, progress.Enter)
        );
        var tools = await toolchain;
        var nonce = request.Force ? clock.GetUtcNow().UtcTicks.ToString("x", null) : "";
        var revision = JobId.Revision(job, tools.Fingerprint, nonce);

        var work = new FilmEncoder(input, output, job, revision, progress);
        var publisher = new Publisher(output, revision, request.Protocols, request.Grace, clock);
        await using var lease = await RevisionLease.TakeAsync(
            output,
            job,
            revision,
            request.Grace,
            clock,
            cancellation
        );
        EncodedFilm film;
        try
        {
            (made, film) = await timings.MeasureAsync(
                "encode",
                () => EncodeAsync(work, made, input, source.Address, cancellation)
            );
        }
        catch (RejectedException)
        {
            await publisher.DiscardAsync(output.Pieces(job, revision), cancellation);
            await lease.ReleaseAsync(cancellation);
            throw;
        }

        var plan = made.Plan;
        var decoded = film.Decoded;
        var warnings = ImmutableArray<string>.Empty;
        if (made.Warning(decoded) is { } loss)
        {
            warnings = warnings.Add(loss);
        }
        if (plan.Thumbnail is not null && film.Thumbnail is null)
        {
            warnings = warnings.Add(
                "No thumbnail could be made: the picture at its time cannot be decoded."
            );
        }
        warnings = warnings.AddRange(
            plan.Decisions.Where(decision => decision.IsLoss)
                .Select(decision => $"{decision.Subject}: {decision.Reason}.")
        );
        warnings = warnings.AddRange(SoundWarnings.Of(plan, film));
        warnings = warnings.AddRange(film.Subtitles.Warnings);
        progress.Enter("publish");
        var presentation = film.ToPresentation(plan, revision);
        var verification = await timings.MeasureAsync(
            "publish",
            () => publisher.PublishAsync(presentation, film, cancellation)
        );
        var report = JobReports.Make(
            request,
            job,
            revision,
            made,
            decoded,
            presentation,
            warnings,
            verification,
            timings,
            tools,
            clock
        );
        await output.Store.PutAsync(
            output.JobReport,
            report.ToJson(),
            OutputFolder.Json,
            default,
            cancellation
        );
        await publisher.SweepAsync(presentation, cancellation);
        await outcomes.WriteDoneAsync(revision, cancellation);
        await lease.EndAsync(cancellation);
        return new JobResult(job, revision, output, WasDone: false, report);
    }

    /// <summary>Encodes what is planned, or what there is: the plan that comes back is the one that was carried out.</summary>
    private static async Task<(SourcePlan Made, EncodedFilm Film)> EncodeAsync(
        FilmEncoder work,
        SourcePlan made,
        MediaInput input,
        string source,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            try
            {
                var film = await work.EncodeAsync(made.Plan, cancellation);
                made.RefuseIfTooLittle(film.Decoded, source);
                return (made, film);
            }
            catch (ToolFailedException failure) when (UndecodableSource.IsCauseOf(failure, input))
            {
                throw UndecodableSource.Rejection(failure, source);
            }
            catch (SourceEndedException end)
            {
                // What is there becomes the film. Ranges that are done stay; ranges side by side may each see the end first.
                made = made.Shortened(end.Frames, source);
            }
        }
    }
}
