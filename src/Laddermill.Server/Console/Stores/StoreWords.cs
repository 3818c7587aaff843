using System.Text.RegularExpressions;

namespace Laddermill.Server.Console.Stores;

/// <summary>What the names that jobs make mean, for people.</summary>
internal static partial class StoreWords
{
    public static string Of(StoreEntry entry) => entry.IsFolder ? Folder(entry) : File(entry.Name);

    private static string Folder(StoreEntry entry) =>
        entry.Path == "thumbnails/" ? "Pictures of films"
        : Revision().IsMatch(entry.Name) ? "Revision: media that never change"
        : entry.Name.StartsWith("video-", StringComparison.Ordinal) ? "Rendition of the picture"
        : entry.Name.StartsWith("audio-", StringComparison.Ordinal) ? "Rendition of the sound"
        : entry.Name.StartsWith("subtitles-", StringComparison.Ordinal) ? "Subtitles"
        : entry.Name.StartsWith("ts-", StringComparison.Ordinal) ? "MPEG-TS for old devices"
        : "Folder";

    private static string File(string name) =>
        name switch
        {
            "master.m3u8" => "HLS starts here",
            "master-ts.m3u8" => "HLS for old devices starts here",
            "dash.mpd" => "DASH starts here",
            "job.json" => "Report of the job",
            "verify.json" => "Report of the checks",
            "init.mp4" => "Beginning of every segment",
            "iframes.m3u8" => "HLS: key frames alone",
            "playlist.m3u8" => "HLS: this rendition",
            _ => Path.GetExtension(name) switch
            {
                ".m4s" or ".ts" => "Segment",
                ".vtt" => "Text",
                ".m3u8" => "Playlist",
                ".png" or ".jpg" => "Picture",
                _ => "File",
            },
        };

    [GeneratedRegex("^[a-z2-7]{8}\\z")]
    private static partial Regex Revision();
}
