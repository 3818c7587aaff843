using Laddermill.Server.Api;
using Laddermill.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Console.Jobs;

/// <summary>The table of jobs, page by page.</summary>
internal sealed class JobTable(IDbContextFactory<LedgerContext> contexts)
{
    public async Task<JobLines> ListAsync(JobChoice choice, CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var places = await JobPlaces.FindAsync(
            ledger,
            new JobFilter(
                choice.States,
                choice.Pipeline,
                choice.Search,
                choice.Since is { } since ? new DateTimeOffset(since, TimeSpan.Zero) : null,
                null,
                choice.OlderThan,
                // One more tells whether there are more.
                choice.Limit + 1
            ),
            choice.NewerThan,
            cancellation
        );
        var hasMore = places.Count > choice.Limit;
        var shown = places.Take(choice.Limit).Select(place => place.Id).ToList();
        var lines = await LinesAsync(ledger, shown, cancellation);
        return choice.NewerThan is not null
            ? new JobLines(lines, hasMore, HasOlder: true)
            : new JobLines(lines, choice.OlderThan is not null, hasMore);
    }

    /// <summary>Those that run, oldest first: as many as there are slots.</summary>
    public async Task<IReadOnlyList<JobLine>> RunningAsync(int most, CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var jobs = ledger
            .Jobs.Where(job => job.State == JobState.Running)
            .OrderBy(job => job.Created)
            .ThenBy(job => job.Id)
            .Take(most);
        return await Lines(jobs).ToListAsync(cancellation);
    }

    private static async Task<List<JobLine>> LinesAsync(
        LedgerContext ledger,
        List<string> ids,
        CancellationToken cancellation
    )
    {
        var lines = await Lines(ledger.Jobs.Where(job => ids.Contains(job.Id)))
            .ToListAsync(cancellation);
        return
        [
            .. lines
                .OrderByDescending(line => line.Created)
                .ThenByDescending(line => line.Id, StringComparer.Ordinal),
        ];
    }

    private static IQueryable<JobLine> Lines(IQueryable<JobRow> jobs) =>
        jobs.Select(job => new JobLine(
            job.Id,
            job.State,
            job.Pipeline,
            job.Name,
            job.Size,
            job.Created,
            job.Started,
            job.Ended,
            job.Due,
            job.Attempts,
            job.CancelRequested,
            job.Reason,
            job.Progress
        ));
}
