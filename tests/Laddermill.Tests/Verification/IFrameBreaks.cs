using static Laddermill.Tests.Verification.OutputEdit;

namespace Laddermill.Tests.Verification;

/// <summary>Ways to break the rules of I-frame playlists.</summary>
internal static class IFrameBreaks
{
    private const string Master = "master.m3u8";
    private const string IFrames = "EXT-X-I-FRAME-STREAM-INF";

    public static IEnumerable<Break> All { get; } =
    [
        new("iframes.present", "none", edit => edit.Lines(Master, "#EXT-X-I-FRAME", _ => null)),
        new(
            "iframes.only",
            "not said",
            edit => edit.Lines(First + "iframes.m3u8", "#EXT-X-I-FRAMES-ONLY", _ => null)
        )
        {
            // EXT-X-MAP outside an I-frame playlist needs version 6.
            Also = ["hls.version"],
        },
        new(
            "iframes.ranges",
            "a byte too long",
            edit => edit.Lines(First + "iframes.m3u8", "#EXT-X-BYTERANGE:", line => Longer(line))
        ),
        new(
            "iframes.ranges",
            "from behind the moof",
            edit => edit.Lines(First + "iframes.m3u8", "#EXT-X-BYTERANGE:", line => line + "1")
        ),
        new(
            "iframes.durations",
            "half a second too long",
            edit => edit.Replace(First + "iframes.m3u8", "EXTINF:2.000000", "EXTINF:2.500000")
        ),
        new(
            "iframes.attributes",
            "another size",
            edit => edit.Attribute(Master, IFrames, "RESOLUTION", _ => "320x182")
        ),
        new(
            "iframes.attributes",
            "another codec",
            edit => edit.Attribute(Master, IFrames, "CODECS", _ => "\"avc1.640028\"")
        ),
        new(
            "iframes.bandwidth",
            "twice the peak",
            edit => edit.Attribute(Master, IFrames, "BANDWIDTH", HlsBreaks.Times(2))
        ),
    ];

    private static string Longer(string line)
    {
        var (start, at) = (line.IndexOf(':') + 1, line.IndexOf('@'));
        return $"{line[..start]}{int.Parse(line[start..at]) + 1}{line[at..]}";
    }
}
