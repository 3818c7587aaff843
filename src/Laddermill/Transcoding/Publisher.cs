using System.Collections.Immutable;
using Laddermill.Jobs;
using Laddermill.Packaging;
using Laddermill.Storage;
using Laddermill.Verification;
using Laddermill.Verification.Reports;

namespace Laddermill.Transcoding;

/// <summary>
/// Makes a finished revision visible: media playlists first, then the two files that viewers open, then the thumbnail. Until the manifests are
/// replaced, viewers see the old revision; from then on, the whole new one.
/// </summary>
/// <param name="grace">How long the revision stays that is replaced.</param>
internal sealed class Publisher(
    OutputFolder output,
    string revision,
    ImmutableArray<string> protocols,
    TimeSpan grace,
    TimeProvider clock
)
{
    /// <param name="verified">Called when nothing stands in the way any more.</param>
    /// <returns>What the independent reader says of all that is published.</returns>
    /// <exception cref="OutputRefusedException">A gate rule does not hold; nothing was made visible.</exception>
    public async Task<Report> PublishAsync(
        Presentation presentation,
        EncodedFilm film,
        Action verified,
        CancellationToken cancellation
    )
    {
        var texts = PublishedTexts.Write(presentation, protocols);
        var report = film.Gate.Decide(
            texts.ToDictionary(text => text.Path, text => (ReadOnlyMemory<byte>)text.Bytes)
        );
        await PutAsync(
            $"{output.Revision(revision)}verify.json",
            ReportJson.Write(report),
            OutputFolder.Json,
            cancellation
        );
        OutputRefusedException.ThrowIfBroken(report);
        var leftovers = await CheckStoredAsync(presentation, cancellation);
        verified();
        await NoteReplacedAsync(cancellation);
        foreach (var (path, bytes) in texts)
        {
            var options =
                path == MediaPaths.Manifest ? OutputFolder.Manifest : OutputFolder.Playlist;
            await PutAsync(output.File(path), bytes, options, cancellation);
        }
        if (film.Thumbnail is { } thumbnail)
        {
            await PutAsync(output.Thumbnail, thumbnail, OutputFolder.Png, cancellation);
        }
        await output.Store.DeleteAsync(leftovers, cancellation);
        return report;
    }

    /// <summary>
    /// What nobody will be led to any more is to be removed once those who watch it have ended their film. Noted before anything is replaced, so that it is
    /// not forgotten if we die in between.
    /// </summary>
    private async Task NoteReplacedAsync(CancellationToken cancellation)
    {
        var shown = await ShownRevisions.ReadAsync(output, cancellation);
        var files = ShownRevisions.Files.Where(file =>
            protocols.Contains(file == MediaPaths.Manifest ? "dash" : "hls")
        );
        foreach (var old in shown.ReplacedBy(revision, files))
        {
            var report = await output.Store.ReadSmallAsync(output.JobReport, cancellation);
            var record = new DeleteAfter(
                report is null ? null : JobReport.JobOf(report, old),
                output.Name,
                old,
                clock.GetUtcNow() + grace
            );
            await PutAsync(
                output.DeleteAfter(old),
                record.ToJson(),
                OutputFolder.Json,
                cancellation
            );
        }
    }

    /// <summary>What playlists are about to name must be there. It was stored, but somebody may have taken this for an abandoned job and swept it.</summary>
    /// <returns>
    /// What no playlist will name: segments beyond the end of a source that was shorter than it claimed, and an earlier revision's transport streams'
    /// playlist, which would show another version of the film than the others.
    /// </returns>
    /// <exception cref="StoreException">Something is missing.</exception>
    private async Task<List<string>> CheckStoredAsync(
        Presentation presentation,
        CancellationToken cancellation
    )
    {
        var missing = NamedBy(presentation);
        var leftovers = new List<string>();
        if (protocols.Contains("hls") && presentation.Transport is null)
        {
            leftovers.Add(output.File(MediaPaths.TransportMultivariantPlaylist));
        }
        await foreach (
            var stored in output.Store.ListAsync(output.Revision(revision), cancellation)
        )
        {
            if (!missing.TryGetValue(stored.Key, out var bytes))
            {
                if (Path.GetExtension(stored.Key) is ".m4s" or ".ts" or ".vtt")
                {
                    leftovers.Add(stored.Key);
                }
            }
            else if ((bytes ?? stored.Size) == stored.Size)
            {
                missing.Remove(stored.Key);
            }
        }
        return missing.Count == 0
            ? leftovers
            : throw new StoreException(
                $"{output.Store.Name}/{missing.Keys.First()} was stored and is gone or not as it was; do the job again."
            );
    }

    /// <summary>Keys of all media that playlists name, and their sizes in bytes; null where nobody keeps it.</summary>
    private Dictionary<string, long?> NamedBy(Presentation presentation)
    {
        var named = new Dictionary<string, long?>(StringComparer.Ordinal);
        foreach (var track in presentation.Tracks)
        {
            if (!track.IsTransportStream)
            {
                named.Add(output.Init(revision, track.Name), track.InitBytes);
            }
            foreach (var segment in track.Segments)
            {
                var key = track.IsTransportStream
                    ? output.TransportSegment(revision, track.Name, segment.Index)
                    : output.Segment(revision, track.Name, segment.Index);
                named.Add(key, segment.Bytes);
            }
        }
        foreach (var track in presentation.Subtitles)
        {
            var folder = $"{output.Revision(revision)}{track.Name}/";
            named.Add(folder + MediaPaths.WholeText, null);
            foreach (var segment in track.Segments)
            {
                named.Add(folder + MediaPaths.TextSegment(segment.Index), segment.Bytes);
            }
        }
        return named;
    }

    /// <summary>Removes the media of a revision that will never be: its source was rejected after all. One that viewers see stays.</summary>
    /// <param name="pieces">Prefix of the notes of finished pieces.</param>
    public async Task DiscardAsync(string pieces, CancellationToken cancellation)
    {
        var shown = await ShownRevisions.ReadAsync(output, cancellation);
        if (!shown.Contains(revision))
        {
            await output.DeleteUnderAsync(output.Revision(revision), cancellation);
            await output.DeleteUnderAsync(pieces, cancellation);
        }
    }

    private Task<StoredObject?> PutAsync(
        string key,
        byte[] bytes,
        PutOptions options,
        CancellationToken cancellation
    ) => output.Store.PutAsync(key, bytes, options, default, cancellation);
}
