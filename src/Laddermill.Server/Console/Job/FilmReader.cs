using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Storage;
using Laddermill.Transcoding;

namespace Laddermill.Server.Console.Job;

/// <summary>Reads of the destination what was published, once for each revision: it never changes.</summary>
internal sealed class FilmReader(PipelineSet pipelines)
{
    private const int MostKept = 40;
    private const int MostBytes = 16 << 20;

    private readonly ConcurrentDictionary<(string Job, string Revision), PublishedFilm> kept =
        new();

    private readonly ConcurrentDictionary<(string Note, string Version), PlannedFilm> planned =
        new();

    /// <summary>What a worker noted down of its plan before it began. Null where there is no such note: no worker has come so far yet, or what there was of the film is gone.</summary>
    /// <exception cref="StoreException">The store fails.</exception>
    public async Task<PlannedFilm?> ReadPlanAsync(JobRow job, CancellationToken cancellation)
    {
        if (
            job.Attempts == 0
            || pipelines.Find(job.Pipeline) is not { } pipeline
            || pipeline.Destination.ToString() != job.Destination
        )
        {
            return null;
        }
        var store = pipelines.Open(pipeline.Destination);
        StoredObject? newest = null;
        await foreach (
            var note in store.ListAsync(
                pipeline.Destination.Key + PlanNote.PrefixOf(job.Id),
                cancellation
            )
        )
        {
            // What was to be copied may have had to be encoded: then there are two.
            if (
                note.Key.EndsWith($"/{PlanNote.FileName}", StringComparison.Ordinal)
                && (newest is null || note.LastModified >= newest.LastModified)
            )
            {
                newest = note;
            }
        }
        if (newest is null)
        {
            return null;
        }
        if (planned.TryGetValue((newest.Key, newest.ETag), out var known))
        {
            return known;
        }
        var told = await JsonAsync(store, newest.Key, cancellation);
        return Keep(
            planned,
            (newest.Key, newest.ETag),
            new PlannedFilm(ReportReading.Facts(told), ReportReading.Decisions(told))
        );
    }

    /// <summary>Null where nothing is published, or its pipeline is gone or leads elsewhere by now.</summary>
    /// <exception cref="StoreException">The store fails.</exception>
    public async Task<PublishedFilm?> ReadAsync(JobRow job, CancellationToken cancellation)
    {
        if (
            job.Revision is not { } revision
            || pipelines.Find(job.Pipeline) is not { } pipeline
            || pipeline.Destination.ToString() != job.Destination
        )
        {
            return null;
        }
        if (kept.TryGetValue((job.Id, revision), out var known))
        {
            return known;
        }
        var store = pipelines.Open(pipeline.Destination);
        var folder = pipeline.Destination.Key + job.Name;
        var report = await JsonAsync(store, $"{folder}/job.json", cancellation);
        // Somebody else's film lies there by now.
        if (report.At("revision").Text() != revision)
        {
            return null;
        }
        var film = await FilmAsync(store, $"{folder}/{revision}", revision, report, cancellation);
        return Keep(kept, (job.Id, revision), film);
    }

    private static T Keep<T>(
        ConcurrentDictionary<(string, string), T> among,
        (string, string) key,
        T value
    )
    {
        if (among.Count >= MostKept)
        {
            among.Clear();
        }
        return among[key] = value;
    }

    private static async Task<PublishedFilm> FilmAsync(
        IObjectStore store,
        string folder,
        string revision,
        JsonNode? report,
        CancellationToken cancellation
    )
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var file in store.ListAsync($"{folder}/", cancellation))
        {
            sizes[file.Key[(folder.Length + 1)..]] = file.Size;
        }
        var renditions = ImmutableArray.CreateBuilder<PublishedRendition>();
        foreach (var each in report.At("renditions").Items())
        {
            if (each.At("name").Text() is { } name)
            {
                renditions.Add(
                    new PublishedRendition(
                        name,
                        each.At("codec").Text() ?? "",
                        (int?)each.At("width").Number(),
                        (int?)each.At("height").Number(),
                        (long)(each.At("peakBitrate").Number() ?? 0),
                        (long)(each.At("averageBitrate").Number() ?? 0),
                        (long)(each.At("bytes").Number() ?? 0),
                        (int)(each.At("segments").Number() ?? 0),
                        ReportReading.CapOf(report, name),
                        await SegmentsAsync(store, folder, name, sizes, cancellation)
                    )
                );
            }
        }
        var first = renditions.FirstOrDefault(each => each.IsVideo) ?? renditions.FirstOrDefault();
        var keys = first is { IsVideo: true }
            ? PlaylistReading.Starts(
                PlaylistReading.Segments(
                    await TextAsync(store, $"{folder}/{first.Name}/iframes.m3u8", cancellation)
                )
            )
            : [];
        return new PublishedFilm(
            revision,
            renditions
                .Select(each => each.Segments.Sum(segment => segment.Seconds))
                .DefaultIfEmpty(0)
                .Max(),
            ReportReading.Facts(report),
            ReportReading.Decisions(report),
            renditions.ToImmutable(),
            [.. report.At("warnings").Items().Select(each => each.Text()).OfType<string>()],
            first is null ? [] : Ends(first.Segments),
            keys,
            ReportReading.Verification(
                await JsonAsync(store, $"{folder}/verify.json", cancellation)
            )
        );
    }

    private static ImmutableArray<double> Ends(
        ImmutableArray<(double Seconds, double Rate)> segments
    )
    {
        var at = 0.0;
        return [.. segments.Select(segment => at += segment.Seconds)];
    }

    private static async Task<ImmutableArray<(double, double)>> SegmentsAsync(
        IObjectStore store,
        string folder,
        string rendition,
        Dictionary<string, long> sizes,
        CancellationToken cancellation
    ) =>
        [
            .. from segment in PlaylistReading.Segments(
                await TextAsync(store, $"{folder}/{rendition}/playlist.m3u8", cancellation)
            )
            where segment.Seconds > 0
            select (
                segment.Seconds,
                sizes.GetValueOrDefault($"{rendition}/{segment.File}") * 8 / segment.Seconds
            ),
        ];

    private static async Task<JsonNode?> JsonAsync(
        IObjectStore store,
        string key,
        CancellationToken cancellation
    ) => Json.Parse(await BytesAsync(store, key, cancellation));

    private static async Task<string> TextAsync(
        IObjectStore store,
        string key,
        CancellationToken cancellation
    ) => Encoding.UTF8.GetString(await BytesAsync(store, key, cancellation));

    /// <summary>Nothing when there is no such object; no more than we would ever write.</summary>
    private static async Task<byte[]> BytesAsync(
        IObjectStore store,
        string key,
        CancellationToken cancellation
    )
    {
        await using var body = await store.ReadAsync(key, 0, MostBytes, null, cancellation);
        if (body is null)
        {
            return [];
        }
        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, cancellation);
        return whole.ToArray();
    }
}
