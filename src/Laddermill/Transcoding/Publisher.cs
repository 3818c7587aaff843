using System.Collections.Immutable;
using System.Text;
using Laddermill.Packaging;
using Laddermill.Packaging.Dash;
using Laddermill.Packaging.Hls;
using Laddermill.Storage;
using Laddermill.Verification;
using Laddermill.Verification.Reports;

namespace Laddermill.Transcoding;

/// <summary>
/// Makes a finished revision visible: media playlists first, then the two files that viewers open, then the thumbnail. Until the manifests are
/// replaced, viewers see the old revision; from then on, the whole new one.
/// </summary>
internal sealed class Publisher(
    OutputFolder output,
    string revision,
    ImmutableArray<string> protocols
)
{
    /// <returns>What the independent reader says of all that is published.</returns>
    /// <exception cref="OutputRefusedException">A gate rule does not hold; nothing was made visible.</exception>
    public async Task<Report> PublishAsync(
        Presentation presentation,
        EncodedFilm film,
        CancellationToken cancellation
    )
    {
        var texts = Write(presentation);
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
        return report;
    }

    /// <summary>All playlists and the manifest, in the order in which they may be seen.</summary>
    private List<(string Path, byte[] Bytes)> Write(Presentation presentation)
    {
        var texts = new List<(string, string)>();
        var hls = protocols.Contains("hls");
        if (hls)
        {
            foreach (var track in presentation.Tracks)
            {
                var folder = $"{revision}/{track.Name}/";
                texts.Add(
                    (
                        folder + MediaPaths.MediaPlaylist,
                        MediaPlaylist.Write(track, presentation.TargetDuration)
                    )
                );
                if (track is VideoTrack video)
                {
                    texts.Add(
                        (
                            folder + MediaPaths.IFramePlaylist,
                            MediaPlaylist.WriteIFrames(video, presentation.TargetDuration)
                        )
                    );
                }
            }
            foreach (var track in presentation.Subtitles)
            {
                texts.Add(
                    (
                        $"{revision}/{track.Name}/{MediaPaths.MediaPlaylist}",
                        MediaPlaylist.WriteText(track, presentation.TargetDuration)
                    )
                );
            }
        }
        if (protocols.Contains("dash"))
        {
            texts.Add((MediaPaths.Manifest, Manifest.Write(presentation)));
        }
        if (hls && presentation.Transport is { } transport)
        {
            texts.Add(
                (
                    MediaPaths.TransportMultivariantPlaylist,
                    TransportMultivariantPlaylist.Write(presentation, transport)
                )
            );
        }
        if (hls)
        {
            texts.Add((MediaPaths.MultivariantPlaylist, MultivariantPlaylist.Write(presentation)));
        }
        return [.. texts.Select(text => (text.Item1, Encoding.UTF8.GetBytes(text.Item2)))];
    }

    /// <summary>
    /// Removes what no playlist names: the notes of finished pieces, segments beyond the end of a source that was shorter than it claimed, and an earlier
    /// revision's transport streams' playlist, which would show another version of the film than the others.
    /// </summary>
    public async Task SweepAsync(
        Presentation presentation,
        string pieces,
        CancellationToken cancellation
    )
    {
        var leftovers = new List<string>();
        await foreach (var piece in output.Store.ListAsync(pieces, cancellation))
        {
            leftovers.Add(piece.Key);
        }
        if (protocols.Contains("hls") && presentation.Transport is null)
        {
            leftovers.Add(output.File(MediaPaths.TransportMultivariantPlaylist));
        }
        foreach (var track in presentation.Tracks)
        {
            var known = track
                .Segments.Select(segment =>
                    track.IsTransportStream
                        ? output.TransportSegment(revision, track.Name, segment.Index)
                        : output.Segment(revision, track.Name, segment.Index)
                )
                .ToHashSet(StringComparer.Ordinal);
            var folder = $"{output.Revision(revision)}{track.Name}/";
            await foreach (var stored in output.Store.ListAsync(folder, cancellation))
            {
                var isSegment =
                    stored.Key.EndsWith(".m4s", StringComparison.Ordinal)
                    || stored.Key.EndsWith(".ts", StringComparison.Ordinal);
                if (isSegment && !known.Contains(stored.Key))
                {
                    leftovers.Add(stored.Key);
                }
            }
        }
        foreach (var track in presentation.Subtitles)
        {
            var folder = $"{output.Revision(revision)}{track.Name}/";
            var known = track
                .Segments.Select(segment => folder + MediaPaths.TextSegment(segment.Index))
                .Append(folder + MediaPaths.WholeText)
                .ToHashSet(StringComparer.Ordinal);
            await foreach (var stored in output.Store.ListAsync(folder, cancellation))
            {
                if (
                    stored.Key.EndsWith(".vtt", StringComparison.Ordinal)
                    && !known.Contains(stored.Key)
                )
                {
                    leftovers.Add(stored.Key);
                }
            }
        }
        await output.Store.DeleteAsync(leftovers, cancellation);
    }

    /// <summary>Removes the media of a revision that will never be: its source was rejected after all. One that viewers see stays.</summary>
    /// <param name="pieces">Prefix of the notes of finished pieces.</param>
    public async Task DiscardAsync(string pieces, CancellationToken cancellation)
    {
        foreach (var file in (string[])[MediaPaths.MultivariantPlaylist, MediaPaths.Manifest])
        {
            var text = await output.ReadSmallAsync(output.File(file), cancellation);
            if (text is not null && Encoding.UTF8.GetString(text).Contains($"{revision}/"))
            {
                return;
            }
        }
        var leftovers = new List<string>();
        foreach (var prefix in (string[])[output.Revision(revision), pieces])
        {
            await foreach (var stored in output.Store.ListAsync(prefix, cancellation))
            {
                leftovers.Add(stored.Key);
            }
        }
        await output.Store.DeleteAsync(leftovers, cancellation);
    }

    private Task<StoredObject?> PutAsync(
        string key,
        byte[] bytes,
        PutOptions options,
        CancellationToken cancellation
    ) => output.Store.PutAsync(key, bytes, options, default, cancellation);
}
