using System.Globalization;

namespace Laddermill.Packaging;

/// <summary>The names of the files of a presentation, the same for whoever writes, lists or reads them.</summary>
public static class MediaPaths
{
    public const string MultivariantPlaylist = "master.m3u8";
    public const string TransportMultivariantPlaylist = "master-ts.m3u8";
    public const string Manifest = "dash.mpd";
    public const string Init = "init.mp4";
    public const string MediaPlaylist = "playlist.m3u8";
    public const string IFramePlaylist = "iframes.m3u8";

    /// <summary>All of a rendition's text in one file, for DASH.</summary>
    public const string WholeText = "subtitles.vtt";

    /// <summary>The file of a segment of text inside its rendition's folder, such as <c>00012.vtt</c>.</summary>
    public static string TextSegment(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{index:00000}.vtt");

    /// <summary>The file of a segment inside its rendition's folder, such as <c>00012.m4s</c>.</summary>
    public static string Segment(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{index:00000}.m4s");

    /// <summary>The same of a transport stream, such as <c>00012.ts</c>.</summary>
    public static string TransportSegment(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{index:00000}.ts");
}
