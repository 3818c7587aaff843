using Laddermill.Jobs;
using Laddermill.Media;
using Laddermill.Packaging;

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
        var job = request.Id;
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
        var output = request.Output;
        var timings = new Stopwatches(clock);
        var toolchain = Toolchain.IdentifyAsync(cancellation);

        var made = await timings.MeasureAsync(
            "plan",
            () =>
                SourcePlanner.MakeAsync(
                    input,
                    request.Profile,
                    clock,
                    cancellation,
                    progress.Enter,
                    request.Prices
                )
        );
        var tools = await toolchain;
        var nonce = request.Force ? clock.GetUtcNow().UtcTicks.ToString("x", null) : "";
        if (made.Content is not null)
        {
            // What samples told is a part of what is made: should they ever tell something else, the two never mix.
            nonce += $" {made.Plan.ToJson()}";
        }
        var revision = JobId.Revision(job, tools.Fingerprint, nonce);
        try
        {
            return await MakeAsync(revision, made);
        }
        catch (NotCopyableException stream)
        {
            // Everything under another name: what was shown early of the copy is never mixed with what is encoded.
            progress.Enter("plan");
            return await MakeAsync(
                JobId.Revision(job, tools.Fingerprint, $"{nonce} encoded"),
                made.Encoded(stream.Reason)
            );
        }

        async Task<JobResult> MakeAsync(string revision, SourcePlan plan)
        {
            await using var lease = await RevisionLease.TakeAsync(
                output,
                job,
                revision,
                request.Grace,
                clock,
                cancellation
            );
            var maker = new RevisionMaker(
                request,
                input,
                job,
                revision,
                tools,
                timings,
                progress,
                clock
            );
            JobReport report;
            try
            {
                await PlanNote.TryWriteAsync(output, job, revision, plan, cancellation);
                report = await maker.MakeAsync(plan, cancellation);
            }
            catch (Exception end) when (end is RejectedException or NotCopyableException)
            {
                await maker.DiscardAsync(cancellation);
                await lease.ReleaseAsync(cancellation);
                throw;
            }
            await outcomes.WriteDoneAsync(revision, cancellation);
            await lease.EndAsync(cancellation);
            return new JobResult(job, revision, output, WasDone: false, report);
        }
    }
}
