using static Laddermill.Tests.Verification.OutputEdit;

namespace Laddermill.Tests.Verification;

/// <summary>Ways to break the rules of playlists.</summary>
internal static class HlsBreaks
{
    private const string Master = "master.m3u8";
    private const string Variant = "EXT-X-STREAM-INF";
    private const string IFrames = "EXT-X-I-FRAME-STREAM-INF";
    private const string Playlist = First + "playlist.m3u8";

    public static IEnumerable<Break> All { get; } =
    [
        new(
            "hls.grammar",
            "a tag of the other kind",
            edit => Append(edit, Master, "#EXT-X-ENDLIST\n")
        ),
        new("hls.grammar", "a misspelt tag", edit => Append(edit, Playlist, "#EXT-X-END-LIST\n")),
        new(
            "hls.grammar",
            "an attribute without quotes",
            edit => edit.Attribute(Master, IFrames, "CODECS", value => value.Trim('"'))
        ),
        new(
            "hls.grammar",
            "an attribute that stands twice",
            edit => edit.Replace(Master, ",CLOSED", ",CLOSED-CAPTIONS=NONE,CLOSED")
        ),
        new(
            "hls.grammar",
            "a byte order mark",
            edit => edit.Files[Playlist] = [0xEF, 0xBB, 0xBF, .. edit.Files[Playlist]]
        ),
        new(
            "hls.version",
            "an older version than the tags need",
            edit => edit.Replace(Playlist, "VERSION:6", "VERSION:5")
        ),
        new("hls.version", "no version", edit => edit.Lines(Playlist, "#EXT-X-VERSION", _ => null)),
        new(
            "hls.single-tags",
            "two playlist types",
            edit => Append(edit, Playlist, "#EXT-X-PLAYLIST-TYPE:VOD\n")
        ),
        new(
            "hls.target-duration",
            "segments longer than the target",
            edit =>
            {
                foreach (
                    var path in edit.Files.Keys.Where(path =>
                        path.EndsWith("s.m3u8", StringComparison.Ordinal)
                        || path.EndsWith("playlist.m3u8", StringComparison.Ordinal)
                    )
                )
                {
                    edit.Replace(path, "TARGETDURATION:6", "TARGETDURATION:5");
                }
            }
        ),
        new(
            "hls.equal-target-durations",
            "a longer target for sound",
            edit => edit.Replace(Audio + "playlist.m3u8", "TARGETDURATION:6", "TARGETDURATION:7")
        ),
        new(
            "hls.extinf",
            "a tenth of a second too much",
            edit => edit.Replace(Playlist, "EXTINF:6.000000", "EXTINF:6.100000")
        ),
        new(
            "hls.playlist-type",
            "still growing",
            edit => edit.Replace(Playlist, "TYPE:VOD", "TYPE:EVENT")
        ),
        new(
            "hls.endlist",
            "no end",
            edit => edit.Lines(Audio + "playlist.m3u8", "#EXT-X-ENDLIST", _ => null)
        ),
        new(
            "hls.map",
            "a second map",
            edit => edit.Replace(Playlist, "#EXTINF:2.", "#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:2.")
        ),
        new(
            "hls.map",
            "a map behind the first segment",
            edit =>
            {
                edit.Lines(Playlist, "#EXT-X-MAP", _ => null);
                edit.Replace(Playlist, "00000.m4s\n", "00000.m4s\n#EXT-X-MAP:URI=\"init.mp4\"\n");
            }
        ),
        new(
            "hls.independent-segments",
            "said nowhere",
            edit =>
            {
                foreach (var path in new[] { Master, Playlist, Second + "playlist.m3u8" })
                {
                    edit.Lines(path, "#EXT-X-INDEPENDENT-SEGMENTS", _ => null);
                }
            }
        ),
        new(
            "hls.variants",
            "no variant",
            edit =>
            {
                edit.Remove("dash.mpd");
                edit.Lines(Master, "#EXT-X-STREAM-INF", _ => null);
                edit.Lines(Master, "mf4k2c7a/", _ => null);
            }
        ),
        new(
            "hls.codecs",
            "another level",
            edit => edit.Replace(Master, "\"avc1.4d400c,mp4a", "\"avc1.640028,mp4a")
        ),
        new("hls.codecs", "no sound", edit => edit.Replace(Master, ",mp4a.40.2", "")),
        new(
            "hls.codecs",
            "one too many",
            edit => edit.Replace(Master, ",mp4a.40.2", ",mp4a.40.2,ac-3")
        ),
        new(
            "hls.resolution",
            "another height",
            edit => edit.Attribute(Master, Variant, "RESOLUTION", _ => "320x182")
        ),
        new(
            "hls.frame-rate",
            "another rate",
            edit => edit.Attribute(Master, Variant, "FRAME-RATE", _ => "23.976")
        ),
        new("hls.frame-rate", "no rate", edit => edit.Replace(Master, ",FRAME-RATE=25.000", "")),
        new(
            "hls.video-range",
            "PQ that is none",
            edit => edit.Attribute(Master, Variant, "RESOLUTION", size => $"{size},VIDEO-RANGE=PQ")
        ),
        new(
            "hls.score",
            "on one variant",
            edit => edit.Attribute(Master, Variant, "RESOLUTION", size => $"{size},SCORE=1.0")
        ),
        new(
            "hls.closed-captions",
            "on one variant",
            edit => edit.Replace(Master, ",CLOSED-CAPTIONS=NONE", "")
        ),
        new(
            "hls.bandwidth",
            "twice the peak",
            edit => edit.Attribute(Master, Variant, "BANDWIDTH", Times(2))
        ),
        new(
            "hls.bandwidth",
            "without the sound",
            edit => edit.Attribute(Master, Variant, "BANDWIDTH", Times(0.75))
        ),
        new(
            "hls.average-bandwidth",
            "half the average",
            edit => edit.Attribute(Master, Variant, "AVERAGE-BANDWIDTH", Times(0.5))
        ),
        new(
            "hls.average-bandwidth",
            "none",
            edit => edit.Attribute(Master, Variant, "AVERAGE-BANDWIDTH", Times(0))
        ),
    ];

    private static void Append(OutputEdit edit, string path, string text) =>
        edit.Files[path] = [.. edit.Files[path], .. System.Text.Encoding.UTF8.GetBytes(text)];

    public static Func<string, string> Times(double factor) =>
        value => $"{(long)(long.Parse(value) * factor)}";
}
