using System.Collections.Immutable;
using Laddermill.Cli.Serving;

namespace Laddermill.Cli.Commands.Demo;

/// <summary>What has come of the films of a demo so far.</summary>
/// <param name="began">Jobs that were over before are not told of, but for the sample's.</param>
internal sealed class DemoWatch(ServerJobs jobs, DateTimeOffset began)
{
    /// <summary>After which time without any change a file that has no job is taken for none of ours: texts, hidden and unfinished files.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private ImmutableArray<ServerJob> seen = [];
    private string lastLook = "";
    private DateTimeOffset changed;

    public ServerJob? Sample => seen.FirstOrDefault(job => job.Name == DemoFolder.SampleName);

    /// <summary>All jobs of this demo, oldest first.</summary>
    public async Task<ImmutableArray<ServerJob>> LookAsync(CancellationToken cancellation)
    {
        var since = ServerJobs.Part("since", began.UtcDateTime.ToString("O"));
        var found = await jobs.ListAsync([since], null, cancellation);
        found.AddRange(await jobs.ListAsync(["state=queued,running"], null, cancellation));
        if (Sample is not { IsOver: true })
        {
            found.AddRange(
                await jobs.ListAsync(
                    [ServerJobs.Part("search", "/" + DemoFolder.SampleName)],
                    50,
                    cancellation
                )
            );
        }
        var known = found.Select(jobs.Read).Where(job => job.Name.Length > 0).ToList();
        // One that went on from an earlier day, and is over now.
        foreach (var gone in seen.ExceptBy(known.Select(job => job.Id), job => job.Id).ToList())
        {
            known.Add(gone.IsOver ? gone : jobs.Read(await jobs.GetAsync(gone.Id, cancellation)));
        }
        seen = [.. known.DistinctBy(job => job.Id).OrderBy(job => job.Created)];
        return seen;
    }

    /// <summary>Whether every film that lies there has a job that is over.</summary>
    /// <param name="films">Names in the inbox, and sizes.</param>
    public bool IsAllDone(IReadOnlyDictionary<string, long> films, DateTimeOffset now)
    {
        var over = seen.Where(job => job.IsOver).Select(job => (job.Name, job.Size)).ToHashSet();
        var look = string.Join(
            '\n',
            films
                .Select(film => Words.Invariant($"{film.Key} {film.Value}"))
                .Concat(seen.Select(job => job.Id + job.State))
                .Order(StringComparer.Ordinal)
        );
        if (look != lastLook)
        {
            (lastLook, changed) = (look, now);
        }
        return Sample is { IsOver: true }
            && seen.All(job => job.IsOver)
            && (films.All(film => over.Contains((film.Key, film.Value))) || now - changed > Quiet);
    }
}
