using System.Diagnostics;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Server.Intake;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Running;
using Laddermill.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Api;

/// <summary>Lets jobs in that somebody asked for.</summary>
internal sealed class Entrance(
    PipelineSet pipelines,
    Admission admission,
    JobQueries queries,
    JobEnds ends,
    Signals signals,
    Links links
)
{
    public async Task<Results<Created<JobView>, Ok<JobView>, ProblemHttpResult>> EnterAsync(
        NewJob asked,
        CancellationToken cancellation
    )
    {
        if (asked.Priority is < -100 or > 100)
        {
            return Problems.Bad($"The priority is {asked.Priority}; it must be -100 to 100.");
        }
        var (chosen, refusal) = await SourceChoice.FindAsync(
            asked.Source,
            asked.Pipeline,
            pipelines,
            cancellation
        );
        if (chosen is null)
        {
            return refusal!;
        }
        try
        {
            var (job, isNew) = await admission.SubmitAsync(
                chosen.Document(asked.Profile, asked.Protocols, asked.Force),
                chosen.Pipeline,
                asked.Priority,
                Activity.Current?.Id,
                cancellation
            );
            if (!isNew && asked.Force)
            {
                await ends.RetryAsync(job.Id, job.Document);
                signals.JobReady();
            }
            var row = await queries.FindAsync(job.Id, cancellation) ?? job;
            var view = JobView.Of(row, links.Of(row));
            return isNew ? TypedResults.Created($"/jobs/{job.Id}", view) : TypedResults.Ok(view);
        }
        catch (FileNotFoundException missing)
        {
            return Problems.Unusable("No such source", missing.Message);
        }
        catch (RejectedException rejected)
        {
            return Problems.Unusable("The source is rejected", rejected.Message, rejected.Code);
        }
        catch (Exception wrong)
            when (wrong is ProfileException or ArgumentException or AddressException)
        {
            return Problems.Bad(wrong.Message);
        }
    }
}
