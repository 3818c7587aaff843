using System.Collections.Immutable;
using System.Text;
using Laddermill.Packaging;
using Laddermill.Packaging.Dash;
using Laddermill.Packaging.Hls;

namespace Laddermill.Transcoding;

/// <summary>A playlist or manifest. The path is relative to the folder that holds <c>master.m3u8</c>.</summary>
internal sealed record PublishedText(string Path, byte[] Bytes);

/// <summary>All playlists and the manifest of a presentation, in the order in which they may be seen.</summary>
internal static class PublishedTexts
{
    public static ImmutableArray<PublishedText> Write(
        Presentation presentation,
        ImmutableArray<string> protocols
    )
    {
        var hls = protocols.Contains("hls");
        var texts = hls ? MediaPlaylists(presentation, isGrowing: false) : [];
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
        return Encode(texts);
    }

    /// <summary>HLS of a film that is still growing; the multivariant playlist is the last.</summary>
    public static ImmutableArray<PublishedText> WriteGrowing(Presentation presentation) =>
        Encode([
            .. MediaPlaylists(presentation, isGrowing: true),
            (
                MediaPaths.MultivariantPlaylist,
                MultivariantPlaylist.Write(presentation, isGrowing: true)
            ),
        ]);

    private static List<(string Path, string Text)> MediaPlaylists(
        Presentation presentation,
        bool isGrowing
    )
    {
        var texts = new List<(string, string)>();
        var target = presentation.TargetDuration;
        foreach (var track in presentation.Tracks)
        {
            var folder = $"{presentation.Revision}/{track.Name}/";
            var playlist = MediaPlaylist.Write(track, target, isGrowing);
            texts.Add((folder + MediaPaths.MediaPlaylist, playlist));
            if (track is VideoTrack video)
            {
                var keyFrames = MediaPlaylist.WriteIFrames(video, target, isGrowing);
                texts.Add((folder + MediaPaths.IFramePlaylist, keyFrames));
            }
        }
        foreach (var track in presentation.Subtitles)
        {
            var folder = $"{presentation.Revision}/{track.Name}/";
            var playlist = MediaPlaylist.WriteText(track, target, isGrowing);
            texts.Add((folder + MediaPaths.MediaPlaylist, playlist));
        }
        return texts;
    }

    private static ImmutableArray<PublishedText> Encode(List<(string Path, string Text)> texts) =>
        [.. texts.Select(text => new PublishedText(text.Path, Encoding.UTF8.GetBytes(text.Text)))];
}
