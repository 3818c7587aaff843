using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Storage;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Console.Stores;

/// <summary>Something in a folder of a destination.</summary>
/// <param name="Name">In its folder.</param>
/// <param name="Path">From the destination's root; a folder's ends with <c>/</c>.</param>
/// <param name="Size">Bytes; null for a folder.</param>
/// <param name="Link">Where this server serves it; null when it does not.</param>
/// <param name="Film">The job that makes what is in it; null when none is known.</param>
public sealed record StoreEntry(
    string Name,
    string Path,
    long? Size,
    DateTimeOffset? Modified,
    string? Link,
    StoreFilm? Film
)
{
    public bool IsFolder => Size is null;
}

/// <param name="Thumbnail">Address of its picture at this server; null when there is none.</param>
public sealed record StoreFilm(string Job, JobState State, string? Thumbnail, long SourceSize);

/// <param name="Next">What the page behind this one begins after; null at the end.</param>
/// <param name="IsFilm">Whether it is a film's own folder.</param>
public sealed record FolderView(IReadOnlyList<StoreEntry> Entries, string? Next, bool IsFilm);

/// <summary>Looks around in destinations: in those of the configuration alone, one page of one folder at a time.</summary>
internal sealed class StoreBrowser(PipelineSet pipelines, IDbContextFactory<LedgerContext> contexts)
{
    public const int InPage = 100;

    /// <summary>Notes of our own, which are for nobody else.</summary>
    private const string State = ".laddermill/";

    /// <summary>The distinct destinations, each with the pipelines that publish there.</summary>
    public IReadOnlyList<(string Address, IReadOnlyList<Pipeline> Pipelines)> Destinations =>
        [
            .. pipelines
                .All.GroupBy(each => each.Destination.ToString())
                .Select(group => (group.Key, (IReadOnlyList<Pipeline>)[.. group])),
        ];

    /// <param name="folder">From the destination's root: empty, or ending with <c>/</c>.</param>
    /// <param name="after">Name of the last entry of the page before; null: from the beginning.</param>
    /// <exception cref="StoreException">The store refuses or does not answer.</exception>
    public async Task<FolderView> ReadAsync(
        Pipeline pipeline,
        string folder,
        string? after,
        CancellationToken cancellation
    )
    {
        var prefix = pipeline.Destination.Key + folder;
        var page = await pipelines
            .Open(pipeline.Destination)
            .ListFolderAsync(prefix, after is null ? null : prefix + after, InPage, cancellation);
        var films = await FilmsAsync(
            pipeline,
            [
                .. page
                    .Items.Where(each => each.Found is null)
                    .Select(each => PathOf(pipeline, each.Key).TrimEnd('/')),
                folder.TrimEnd('/'),
            ],
            cancellation
        );
        var entries = page
            .Items.Where(each => PathOf(pipeline, each.Key) != State)
            .Select(each => EntryOf(pipeline, prefix, each, films))
            .ToList();
        return new FolderView(
            entries,
            page.HasMore ? page.Items[^1].Key[prefix.Length..] : null,
            films.ContainsKey(folder.TrimEnd('/'))
                || entries.Exists(each => each.Name is "master.m3u8" or "dash.mpd")
        );
    }

    /// <summary>The job that makes what lies in a folder; null when none is known.</summary>
    public async Task<StoreFilm?> FilmAsync(
        Pipeline pipeline,
        string folder,
        CancellationToken cancellation
    ) =>
        (await FilmsAsync(pipeline, [folder.TrimEnd('/')], cancellation)).GetValueOrDefault(
            folder.TrimEnd('/')
        );

    /// <summary>How much lies in a folder and all that is in it; told again and again while it is counted.</summary>
    public async IAsyncEnumerable<(long Objects, long Bytes)> MeasureAsync(
        Pipeline pipeline,
        string folder,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        const int every = 1000;
        var (objects, bytes) = (0L, 0L);
        var all = pipelines
            .Open(pipeline.Destination)
            .ListAsync(pipeline.Destination.Key + folder, cancellation);
        await foreach (var found in all.WithCancellation(cancellation))
        {
            (objects, bytes) = (objects + 1, bytes + found.Size);
            if (objects % every == 0)
            {
                yield return (objects, bytes);
            }
        }
        yield return (objects, bytes);
    }

    private async Task<Dictionary<string, StoreFilm>> FilmsAsync(
        Pipeline pipeline,
        IReadOnlyCollection<string> names,
        CancellationToken cancellation
    )
    {
        var sharing = pipelines
            .All.Where(each => each.Destination == pipeline.Destination)
            .Select(each => each.Name)
            .ToList();
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        var rows = await ledger
            .Jobs.AsNoTracking()
            // A film's folder is called as its object is: the ledger has an index of those.
            .Where(job => sharing.Contains(job.Pipeline) && names.Contains(job.SourceKey!))
            .OrderBy(job => job.Created)
            .ToListAsync(cancellation);
        var films = new Dictionary<string, StoreFilm>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            films[row.Name] = new StoreFilm(
                row.Id,
                row.State,
                row.State == JobState.Succeeded
                    ? StoreAddress.Media(pipeline, $"thumbnails/{row.Name}_thumb.png")
                    : null,
                row.Size
            );
        }
        return films;
    }

    private static StoreEntry EntryOf(
        Pipeline pipeline,
        string prefix,
        FolderItem item,
        Dictionary<string, StoreFilm> films
    )
    {
        var path = PathOf(pipeline, item.Key);
        return new StoreEntry(
            item.Key[prefix.Length..].TrimEnd('/'),
            path,
            item.Found?.Size,
            item.Found?.LastModified,
            item.Found is null ? null : StoreAddress.Media(pipeline, path),
            item.Found is null ? films.GetValueOrDefault(path.TrimEnd('/')) : null
        );
    }

    private static string PathOf(Pipeline pipeline, string key) =>
        key[pipeline.Destination.Key.Length..];
}
