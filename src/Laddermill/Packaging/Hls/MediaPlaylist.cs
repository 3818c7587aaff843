using System.Globalization;

namespace Laddermill.Packaging.Hls;

/// <summary>Writes the media playlist of one rendition (RFC 8216bis §4.4.3); paths are relative to the rendition's folder.</summary>
public static class MediaPlaylist
{
    /// <summary>All segments of a video or audio rendition.</summary>
    /// <param name="targetDuration">Seconds; the same in all playlists of a presentation (HLS Authoring Specification 8.2).</param>
    /// <param name="isGrowing">More segments will follow: then the playlist is of type EVENT and has no end.</param>
    public static string Write(Track track, int targetDuration, bool isGrowing = false)
    {
        var text = Start(targetDuration, isGrowing);
        text.Tag("EXT-X-INDEPENDENT-SEGMENTS");
        Map(text, track);
        foreach (var segment in track.Segments)
        {
            text.Tag("EXTINF", Duration(segment.Start, segment.Duration, track.Timescale));
            text.Uri(File(track, segment));
        }
        return End(text, isGrowing);
    }

    /// <summary>All segments of a subtitle rendition, on the boundaries of the pictures (HLS Authoring Specification 5.2, 5.3).</summary>
    /// <inheritdoc cref="Write(Track, int, bool)"/>
    public static string WriteText(SubtitleTrack track, int targetDuration, bool isGrowing = false)
    {
        var text = Start(targetDuration, isGrowing);
        foreach (var segment in track.Segments)
        {
            text.Tag("EXTINF", Duration(segment.Start, segment.Duration, track.Timescale));
            text.Uri(MediaPaths.TextSegment(segment.Index));
        }
        return End(text, isGrowing);
    }

    /// <summary>The key frames alone, as byte ranges of the same segments (HLS Authoring Specification 6.1, 6.10).</summary>
    /// <inheritdoc cref="Write"/>
    public static string WriteIFrames(VideoTrack track, int targetDuration, bool isGrowing = false)
    {
        var text = Start(targetDuration, isGrowing);
        text.Tag("EXT-X-I-FRAMES-ONLY");
        Map(text, track);
        foreach (var segment in track.Segments)
        {
            foreach (var key in segment.KeyFrames)
            {
                text.Tag("EXTINF", Duration(key.Start, key.Duration, track.Timescale));
                text.Tag(
                    "EXT-X-BYTERANGE",
                    string.Create(CultureInfo.InvariantCulture, $"{key.Length}@{key.Offset}")
                );
                text.Uri(File(track, segment));
            }
        }
        return End(text, isGrowing);
    }

    /// <summary>A transport stream has what decoders need in front of each key frame.</summary>
    private static void Map(PlaylistText text, Track track)
    {
        if (!track.IsTransportStream)
        {
            text.Tag("EXT-X-MAP", new AttributeList().Quoted("URI", MediaPaths.Init));
        }
    }

    private static string File(Track track, PackagedSegment segment) =>
        track.IsTransportStream
            ? MediaPaths.TransportSegment(segment.Index)
            : MediaPaths.Segment(segment.Index);

    private static PlaylistText Start(int targetDuration, bool isGrowing)
    {
        var text = new PlaylistText();
        text.Tag("EXT-X-TARGETDURATION", targetDuration.ToString(CultureInfo.InvariantCulture));
        text.Tag("EXT-X-MEDIA-SEQUENCE", "0");
        text.Tag("EXT-X-PLAYLIST-TYPE", isGrowing ? "EVENT" : "VOD");
        return text;
    }

    private static string End(PlaylistText text, bool isGrowing)
    {
        if (!isGrowing)
        {
            text.Tag("EXT-X-ENDLIST");
        }
        return text.ToString();
    }

    /// <summary>
    /// Seconds with six decimals: the difference of two rounded times, not a rounded difference, so that the sum of any run is right to the microsecond
    /// (HLS Authoring Specification 8.1).
    /// </summary>
    private static string Duration(long start, long duration, int timescale)
    {
        var microseconds =
            Microseconds(start + duration, timescale) - Microseconds(start, timescale);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{microseconds / 1_000_000}.{microseconds % 1_000_000:000000},"
        );
    }

    private static long Microseconds(long ticks, int timescale) =>
        (long)(((Int128)ticks * 1_000_000 + timescale / 2) / timescale);
}
