using static Laddermill.Tests.Verification.OutputEdit;

namespace Laddermill.Tests.Verification;

/// <summary>Ways to break the rules of the output as a whole, and of renditions beside each other.</summary>
internal static class OutputBreaks
{
    public static IEnumerable<Break> All { get; } =
    [
        new(
            "output.entry",
            "neither playlist nor manifest",
            edit =>
            {
                edit.Remove("master.m3u8");
                edit.Remove("dash.mpd");
            }
        ),
        new("output.files", "drop a segment", edit => edit.Remove(First + "00001.m4s")),
        new("output.files", "drop an init segment", edit => edit.Remove(Second + "init.mp4")),
        new("output.files", "drop a playlist", edit => edit.Remove(First + "iframes.m3u8")),
        new("output.files", "empty a segment", edit => edit.Files[Audio + "00002.m4s"] = []),
        new(
            "output.paths",
            "a base address in the manifest",
            edit =>
                edit.Replace(
                    "dash.mpd",
                    "<Period ",
                    "<BaseURL>https://cdn.example/</BaseURL><Period "
                )
        ),
        new(
            "output.paths",
            "an I-frame playlist on another server",
            edit =>
                edit.Attribute(
                    "master.m3u8",
                    "EXT-X-I-FRAME-STREAM-INF",
                    "URI",
                    uri => uri.Insert(1, "https://cdn.example/")
                )
        ),
        new(
            "output.same-media",
            "sound in HLS only",
            edit =>
            {
                var text = edit.Text("dash.mpd");
                var start = text.IndexOf("<AdaptationSet id=\"1\"", StringComparison.Ordinal);
                var end = text.IndexOf("</Period>", StringComparison.Ordinal);
                edit.Replace("dash.mpd", text[start..end], "");
            }
        ),
        new("sync.boundaries", "another grid for the second rendition", _ => { })
        {
            From = () => Outputs.OffGrid,
        },
        new(
            "sync.start",
            "an edit list that cuts half a second of sound off",
            edit => edit.Insert(Audio + "init.mp4", ["moov", "trak"], EditList(24000))
        )
        {
            // What starts earlier ends earlier.
            Also = ["sync.end"],
        },
        new(
            "sync.end",
            "cut the sound short",
            edit =>
            {
                edit.Remove("dash.mpd");
                edit.Lines(Audio + "playlist.m3u8", "00002.m4s", _ => null);
                edit.Replace(Audio + "playlist.m3u8", "#EXTINF:2.", "#EXT-X-REMOVED:2.");
                edit.Lines(Audio + "playlist.m3u8", "#EXT-X-REMOVED", _ => null);
            }
        ),
        new(
            "sync.track-ids",
            "another track id in one rendition",
            edit =>
            {
                edit.Patch(Second + "init.mp4", edit.Box(Second + "init.mp4", "tkhd") + 23, 7);
                edit.Patch(Second + "init.mp4", edit.Box(Second + "init.mp4", "trex") + 15, 7);
                foreach (var (segment, fragments) in new[] { (0, 3), (1, 3), (2, 1) })
                {
                    var path = $"{Second}0000{segment}.m4s";
                    for (var index = 0; index < fragments; index++)
                    {
                        edit.Patch(path, edit.Box(path, "tfhd", index) + 15, 7);
                    }
                }
            }
        ),
    ];

    /// <summary>An edit list of one entry for the whole track.</summary>
    public static byte[] EditList(byte[] times) => NewBox("edts", NewBox("elst", times));

    private static byte[] EditList(int mediaTime) =>
        EditList([
            .. new byte[] { 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 },
            (byte)(mediaTime >> 8),
            (byte)mediaTime,
            .. new byte[] { 0, 1, 0, 0 },
        ]);
}
