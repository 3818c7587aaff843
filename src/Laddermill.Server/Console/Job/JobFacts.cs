using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Laddermill.Engines;
using Laddermill.Jobs;
using Laddermill.Server.Api;
using Laddermill.Server.Ledger;
using Laddermill.Server.Running;
using Laddermill.Server.Telemetry;
using Laddermill.Storage;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Console.Job;

/// <summary>All that a job's page shows.</summary>
/// <param name="Attempts">In order, without their logs.</param>
/// <param name="Film">Null until it is published, or where it cannot be read.</param>
/// <param name="Planned">While it is not published, once a worker has planned it.</param>
/// <param name="StoreProblem">Why it cannot be read; null when it can.</param>
/// <param name="Log">The last that the worker wrote.</param>
internal sealed record JobFacts(
    JobRow Job,
    IReadOnlyList<AttemptRow> Attempts,
    ImmutableArray<JobPhase> Phases,
    PublishedFilm? Film,
    PlannedFilm? Planned,
    string? StoreProblem,
    string Log
);

/// <summary>Gathers what a job's page shows.</summary>
internal sealed class JobFactsReader(
    JobQueries queries,
    IDbContextFactory<LedgerContext> contexts,
    RunningJobs running,
    IEngine engine,
    FilmReader films
)
{
    /// <summary>Null when there is no such job.</summary>
    public async Task<JobFacts?> ReadAsync(string id, CancellationToken cancellation)
    {
        if (await queries.FindAsync(id, cancellation) is not { } job)
        {
            return null;
        }
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var attempts = await ledger
            .Attempts.AsNoTracking()
            .Where(attempt => attempt.Job == id)
            .OrderBy(attempt => attempt.Number)
            .Select(attempt => new AttemptRow
            {
                Job = attempt.Job,
                Number = attempt.Number,
                Server = attempt.Server,
                Run = attempt.Run,
                Started = attempt.Started,
                Ended = attempt.Ended,
                ExitCode = attempt.ExitCode,
                Outcome = attempt.Outcome,
                Reason = attempt.Reason,
            })
            .ToListAsync(cancellation);
        PublishedFilm? film = null;
        PlannedFilm? planned = null;
        string? trouble = null;
        try
        {
            if (job.State == JobState.Succeeded)
            {
                film = await films.ReadAsync(job, cancellation);
            }
            else
            {
                planned = await films.ReadPlanAsync(job, cancellation);
            }
        }
        catch (StoreException away)
        {
            trouble = away.Message;
        }
        var log = await LogAsync(ledger, job, attempts, cancellation);
        return new JobFacts(job, attempts, PhasesOf(job), film, planned, trouble, log);
    }

    private static ImmutableArray<JobPhase> PhasesOf(JobRow job) =>
        job.Result is null
            ? []
            : WorkerFigures
                .Find(new JsonObject { ["result"] = JsonNode.Parse(job.Result) }.ToJsonString())
                .Phases;

    private async Task<string> LogAsync(
        LedgerContext ledger,
        JobRow job,
        List<AttemptRow> attempts,
        CancellationToken cancellation
    )
    {
        if (running.Find(job.Id) is { Run: { } run })
        {
            try
            {
                return await engine.ReadLogAsync(run, cancellation);
            }
            catch (EngineException gone)
            {
                return gone.Message;
            }
        }
        var last = attempts.LastOrDefault(each => each.Ended is not null);
        return last is null
            ? ""
            : await ledger
                .Attempts.Where(each => each.Job == job.Id && each.Number == last.Number)
                .Select(each => each.Log)
                .FirstOrDefaultAsync(cancellation)
                ?? "";
    }
}
