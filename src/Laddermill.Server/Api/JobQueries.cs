using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Laddermill.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Api;

/// <summary>What a list of jobs is to hold.</summary>
/// <param name="Search">Part of the name or of the source's address, or the beginning of the job's id.</param>
/// <param name="After">Cursor: older than this one.</param>
/// <param name="Limit">Jobs in a page: some hundred.</param>
public sealed record JobFilter(
    IReadOnlyCollection<JobState> States,
    string? Pipeline,
    string? Search,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    JobCursor? After,
    int Limit
);

/// <summary>A place in the list, newest first.</summary>
public sealed partial record JobCursor(long Created, string Id)
{
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Created}.{Id}"));

    /// <summary>Null when it is none of ours.</summary>
    public static JobCursor? Parse(string text)
    {
        var bytes = new byte[64];
        return
            text.Length <= 64
            && Base64Url.IsValid(text)
            && Base64Url.TryDecodeFromChars(text, bytes, out var length)
            && Ours().Match(Encoding.UTF8.GetString(bytes, 0, length)) is { Success: true } parts
            && long.TryParse(parts.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var ticks)
            ? new JobCursor(ticks, parts.Groups[2].Value)
            : null;
    }

    [GeneratedRegex(@"\A([0-9]{1,19})\.([a-z2-7]{1,32})\z")]
    private static partial Regex Ours();
}

/// <summary>Questions that people ask about jobs.</summary>
public sealed class JobQueries(IDbContextFactory<LedgerContext> contexts)
{
    public async Task<JobRow?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger
            .Jobs.AsNoTracking()
            .FirstOrDefaultAsync(job => job.Id == id, cancellation);
    }

    /// <summary>Newest first.</summary>
    public async Task<List<JobRow>> ListAsync(JobFilter filter, CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var places = await JobPlaces.FindAsync(ledger, filter, newerThan: null, cancellation);
        var ids = places.Select(place => place.Id).ToList();
        return await ledger
            .Jobs.AsNoTracking()
            .Where(job => ids.Contains(job.Id))
            .OrderByDescending(job => job.Created)
            .ThenByDescending(job => job.Id)
            .ToListAsync(cancellation);
    }

    public async Task<List<AttemptRow>> AttemptsAsync(string job, CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger
            .Attempts.AsNoTracking()
            .Where(attempt => attempt.Job == job)
            .OrderBy(attempt => attempt.Number)
            .ToListAsync(cancellation);
    }

    /// <summary>How many jobs there are in each state.</summary>
    public async Task<Dictionary<JobState, int>> CountAsync(CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger
            .Jobs.GroupBy(job => job.State)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(each => each.Key, each => each.Count, cancellation);
    }

    /// <summary>The same for each pipeline.</summary>
    /// <param name="pipeline">Null: for all.</param>
    public async Task<ILookup<string, KeyValuePair<JobState, int>>> CountByPipelineAsync(
        string? pipeline,
        CancellationToken cancellation
    )
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var counts = await ledger
            .Jobs.Where(job => pipeline == null || job.Pipeline == pipeline)
            .GroupBy(job => new { job.Pipeline, job.State })
            .Select(group => new { group.Key, Count = group.Count() })
            .ToListAsync(cancellation);
        return counts.ToLookup(
            each => each.Key.Pipeline,
            each => KeyValuePair.Create(each.Key.State, each.Count)
        );
    }

    /// <summary>How each pipeline's source was compared last, by the pipeline's name.</summary>
    public async Task<Dictionary<string, ReconciliationRow>> ReconciliationsAsync(
        CancellationToken cancellation
    )
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger
            .Reconciliations.AsNoTracking()
            .ToDictionaryAsync(row => row.Pipeline, cancellation);
    }

    /// <summary>Versions of the jobs that changed after an instant, oldest first.</summary>
    public async Task<List<(string Id, long Changed)>> ChangedSinceAsync(
        long ticks,
        int most,
        CancellationToken cancellation
    )
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var found = await ledger
            .Jobs.Where(job => job.Changed > ticks)
            .OrderBy(job => job.Changed)
            .Take(most)
            .Select(job => new { job.Id, job.Changed })
            .ToListAsync(cancellation);
        return [.. found.Select(each => (each.Id, each.Changed))];
    }

    /// <summary>The instant of the last change of all; 0 when there is no job.</summary>
    public async Task<long> LastChangeAsync(CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger.Jobs.MaxAsync(job => (long?)job.Changed, cancellation) ?? 0;
    }

    /// <summary>Several jobs, in the order of their changes.</summary>
    public async Task<List<JobRow>> FindAsync(
        IReadOnlyCollection<string> ids,
        CancellationToken cancellation
    )
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger
            .Jobs.AsNoTracking()
            .Where(job => ids.Contains(job.Id))
            .OrderBy(job => job.Changed)
            .ToListAsync(cancellation);
    }
}
