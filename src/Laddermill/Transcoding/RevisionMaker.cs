using System.Collections.Immutable;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Processes;
using Laddermill.Verification;

namespace Laddermill.Transcoding;

/// <summary>Makes and publishes one revision of one plan; what viewers are shown early is taken away again when it does not end well.</summary>
internal sealed class RevisionMaker(
    JobRequest request,
    MediaInput input,
    string job,
    string revision,
    Toolchain tools,
    Stopwatches timings,
    ProgressTracker progress,
    TimeProvider clock
)
{
    private readonly OutputFolder output = request.Output;
    private readonly Publisher publisher = new(
        request.Output,
        revision,
        request.Protocols,
        request.Grace,
        clock
    );

    /// <returns>What was made; it is published.</returns>
    /// <exception cref="RejectedException">The source cannot or must not be transcoded.</exception>
    /// <exception cref="NotCopyableException">The source's stream was to be copied, and must be encoded instead; nothing is shown of it any more.</exception>
    public async Task<JobReport> MakeAsync(SourcePlan planned, CancellationToken cancellation)
    {
        var isEarly =
            request.IsProgressive
            && await ShownEarly.IsAllowedAsync(output, revision, cancellation);
        var work = new FilmEncoder(input, output, job, revision, progress, isEarly ? Open : null);
        try
        {
            var (made, film) = await timings.MeasureAsync(
                "encode",
                () => EncodeAsync(work, planned, cancellation)
            );
            return await PublishAsync(made, film, cancellation);
        }
        catch (Exception trouble) when (IsCopied(planned) && IsOfStream(trouble))
        {
            await ShownEarly.TryWithdrawAsync(output, revision, clock);
            throw new NotCopyableException(
                trouble is NotCopyableException known
                    ? known.Reason
                    : $"a copy of it was tried and failed ({trouble.Message.Split('\n')[0].TrimEnd('.')})",
                trouble
            );
        }
        catch when (request.IsProgressive)
        {
            await ShownEarly.TryWithdrawAsync(output, revision, clock);
            throw;
        }
    }

    private static bool IsCopied(SourcePlan made) => made.Plan.Video is { IsCopied: true };

    /// <summary>Whether encoding instead of copying may help, or will tell better what is wrong with the source.</summary>
    private bool IsOfStream(Exception trouble) =>
        trouble switch
        {
            NotCopyableException
            or SourceEndedException
            or LateStartException
            or OffGridException
            or MalformedMediaException
            or OutputRefusedException => true,
            ToolFailedException failure => UndecodableSource.IsCauseOf(failure, input),
            _ => false,
        };

    /// <summary>Removes what was made of a source that was rejected after all.</summary>
    public Task DiscardAsync(CancellationToken cancellation) =>
        publisher.DiscardAsync(output.Pieces(job, revision), cancellation);

    private async Task<JobReport> PublishAsync(
        SourcePlan made,
        EncodedFilm film,
        CancellationToken cancellation
    )
    {
        progress.Enter("verify");
        var presentation = film.ToPresentation(made.Plan, revision);
        var verification = await timings.MeasureAsync(
            "publish",
            () =>
                publisher.PublishAsync(
                    presentation,
                    film,
                    () => progress.Enter("publish"),
                    cancellation
                )
        );
        Open();
        var report = JobReports.Make(
            request,
            job,
            revision,
            made,
            film.Decoded,
            presentation,
            WarningsOf(made, film),
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
        return report;
    }

    /// <summary>Viewers can begin.</summary>
    private void Open()
    {
        var entry = request.Protocols.Contains("hls")
            ? MediaPaths.MultivariantPlaylist
            : MediaPaths.Manifest;
        timings.Note("playable", progress.Elapsed);
        progress.Open($"{output.Store.Name}/{output.File(entry)}");
    }

    private static ImmutableArray<string> WarningsOf(SourcePlan made, EncodedFilm film)
    {
        var plan = made.Plan;
        var warnings = ImmutableArray<string>.Empty;
        if (made.Warning(film.Decoded) is { } loss)
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
        return warnings.AddRange(film.Subtitles.Warnings);
    }

    /// <summary>Encodes what is planned, or what there is: the plan that comes back is the one that was carried out.</summary>
    private async Task<(SourcePlan Made, EncodedFilm Film)> EncodeAsync(
        FilmEncoder work,
        SourcePlan made,
        CancellationToken cancellation
    )
    {
        var source = request.Source.Address;
        while (true)
        {
            try
            {
                var film = await work.EncodeAsync(made.Plan, cancellation);
                made.RefuseIfTooLittle(film.Decoded, source);
                return (made, film);
            }
            catch (ToolFailedException failure)
                when (!IsCopied(made) && UndecodableSource.IsCauseOf(failure, input))
            {
                throw UndecodableSource.Rejection(failure, source);
            }
            catch (SourceEndedException end) when (!IsCopied(made))
            {
                // What is there becomes the film. Ranges that are done stay; ranges side by side may each see the end first.
                made = made.Shortened(end.Frames, source);
            }
        }
    }
}
