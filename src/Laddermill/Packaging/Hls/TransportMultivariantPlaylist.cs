namespace Laddermill.Packaging.Hls;

/// <summary>
/// Writes the multivariant playlist of the transport streams: for players of old, so that it uses nothing that protocol version 3 does not have, but for tags that
/// such players skip.
/// </summary>
public static class TransportMultivariantPlaylist
{
    private const int MediaPlaylistVersion = 3;

    /// <summary>Paths are relative to the folder that holds the revision's.</summary>
    /// <param name="transport">Of the same presentation.</param>
    public static string Write(Presentation presentation, TransportPresentation transport)
    {
        var text = new PlaylistText();
        text.Require(MediaPlaylistVersion);
        text.Tag("EXT-X-INDEPENDENT-SEGMENTS");
        // One that is inside the variants, or alone, is no choice.
        var tracks = transport.Audio.AsEnumerable();
        tracks = transport.Inside is { } inside ? tracks.Prepend(inside) : tracks;
        var group = tracks.Count() > 1 ? AudioGroup.Of(tracks)[0] : null;
        var codecs = tracks.Select(track => track.Codec).Distinct().ToList();
        var renditions = group?.Renditions(track =>
            track == transport.Inside ? null : Playlist(presentation, track)
        );
        foreach (var rendition in renditions ?? [])
        {
            text.Tag("EXT-X-MEDIA", rendition);
        }
        MultivariantPlaylist.WriteCaptions(text, presentation);
        var variants = transport.Video.IsEmpty
            ? transport.Audio.Where(track => track.IsDefault || transport.Audio.Length == 1)
            : transport.Video.Cast<Track>();
        foreach (var (track, rate) in InOrder(presentation, transport, [.. variants]))
        {
            var attributes = MultivariantPlaylist.Rate(rate);
            var video = track as VideoTrack;
            attributes.Quoted(
                "CODECS",
                string.Join(',', video is null ? codecs : [video.Codec, .. codecs])
            );
            if (video is not null)
            {
                attributes.Resolution(video.Width, video.Height).FrameRate(video.FrameRate);
            }
            if (group is not null)
            {
                attributes.Quoted("AUDIO", group.Id);
            }
            if (video is not null)
            {
                MultivariantPlaylist.AddCaptions(attributes, presentation);
            }
            text.Tag("EXT-X-STREAM-INF", attributes);
            text.Uri(Playlist(presentation, track));
        }
        MultivariantPlaylist.WriteIFrameVariants(text, presentation, transport.Video);
        return text.ToString();
    }

    /// <summary>
    /// The one to begin with, then from best to least. A player that takes other sound than what is inside loads both, so that the costliest of it is added (HLS Authoring
    /// Specification 9.13).
    /// </summary>
    private static IEnumerable<(Track Track, BitRate Rate)> InOrder(
        Presentation presentation,
        TransportPresentation transport,
        IReadOnlyCollection<Track> variants
    )
    {
        BitRate Of(Track track) => BitRate.Of(track, presentation.TargetDuration);
        var others = transport.Audio.Select(Of).ToList();
        var beside = new BitRate(
            others.Select(rate => rate.Peak).DefaultIfEmpty().Max(),
            others.Select(rate => rate.Average).DefaultIfEmpty().Max()
        );
        return MultivariantPlaylist.InOrder(
            variants.Select(track => (track, transport.Video.IsEmpty ? beside : Of(track) + beside))
        );
    }

    private static string Playlist(Presentation presentation, Track track) =>
        MultivariantPlaylist.Path(presentation, track, MediaPaths.MediaPlaylist);
}
