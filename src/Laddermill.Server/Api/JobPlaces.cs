using Laddermill.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Api;

/// <summary>
/// Finds which jobs a page holds, at a cost that does not grow with the ledger: each question follows an index in its order and reads no more of it than the page holds. Only a search reads
/// all, and of all the names alone. The rows themselves are large, and are read once it is known which.
/// </summary>
internal static class JobPlaces
{
    /// <summary>Newest first; with <paramref name="newerThan"/> oldest first, from there on.</summary>
    public static async Task<List<JobCursor>> FindAsync(
        LedgerContext ledger,
        JobFilter filter,
        JobCursor? newerThan,
        CancellationToken cancellation
    )
    {
        var places = new List<JobCursor>();
        foreach (var state in Parts(filter))
        {
            var found = await Ordered(Part(ledger, filter, state), filter, newerThan)
                .Select(job => new { job.Created, job.Id })
                .Take(filter.Limit)
                .ToListAsync(cancellation);
            places.AddRange(found.Select(each => new JobCursor(each.Created, each.Id)));
        }
        places.Sort(newerThan is null ? (one, other) => Compare(other, one) : Compare);
        return places.Count <= filter.Limit ? places : places[..filter.Limit];
    }

    private static int Compare(JobCursor one, JobCursor other) =>
        one.Created != other.Created
            ? one.Created.CompareTo(other.Created)
            : string.CompareOrdinal(one.Id, other.Id);

    /// <summary>One question for each state: the index has them in order one by one, not together.</summary>
    private static IEnumerable<JobState?> Parts(JobFilter filter) =>
        filter.Search is { Length: > 0 } || (filter.States.Count == 0 && filter.Pipeline is null)
            ? [null]
        : filter.States.Count > 0 ? filter.States.Distinct().Cast<JobState?>()
        : Enum.GetValues<JobState>().Cast<JobState?>();

    private static IQueryable<JobRow> Part(LedgerContext ledger, JobFilter filter, JobState? state)
    {
        var jobs = ledger.Jobs.AsNoTracking();
        if (state is { } one)
        {
            jobs = jobs.Where(job => job.State == one);
        }
        else if (filter.States.Count > 0)
        {
            jobs = jobs.Where(job => filter.States.Contains(job.State));
        }
        if (filter.Pipeline is { } pipeline)
        {
            jobs = jobs.Where(job => job.Pipeline == pipeline);
        }
        if (filter.Since?.UtcTicks is { } since)
        {
            jobs = jobs.Where(job => job.Created >= since);
        }
        if (filter.Until?.UtcTicks is { } until)
        {
            jobs = jobs.Where(job => job.Created < until);
        }
        return filter.Search is { Length: > 0 } search ? Matching(jobs, search) : jobs;
    }

    private static IQueryable<JobRow> Matching(IQueryable<JobRow> jobs, string search)
    {
        var text = search
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
        var (inside, first) = ($"%{text}%", $"{text}%");
        return jobs.Where(job =>
            EF.Functions.Like(job.Name, inside, "\\")
            || EF.Functions.Like(job.Source, inside, "\\")
            || EF.Functions.Like(job.Id, first, "\\")
        );
    }

    private static IQueryable<JobRow> Ordered(
        IQueryable<JobRow> jobs,
        JobFilter filter,
        JobCursor? newerThan
    )
    {
        if (newerThan is (var after, var afterId))
        {
            return jobs.Where(job =>
                    job.Created >= after
                    && (job.Created > after || string.Compare(job.Id, afterId) > 0)
                )
                .OrderBy(job => job.Created)
                .ThenBy(job => job.Id);
        }
        if (filter.After is (var before, var beforeId))
        {
            // The first half is for PostgreSQL, which finds no place in an index by the second.
            jobs = jobs.Where(job =>
                job.Created <= before
                && (job.Created < before || string.Compare(job.Id, beforeId) < 0)
            );
        }
        return jobs.OrderByDescending(job => job.Created).ThenByDescending(job => job.Id);
    }
}
