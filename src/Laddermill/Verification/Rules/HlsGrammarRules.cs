using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Verification.Model;
using Laddermill.Verification.Playlists;

namespace Laddermill.Verification.Rules;

/// <summary>How playlists are written.</summary>
internal static class HlsGrammarRules
{
    /// <summary>Tags of which a playlist has at most one (RFC 8216bis §4.4.2, §4.4.3).</summary>
    private static readonly string[] Single =
    [
        "EXT-X-INDEPENDENT-SEGMENTS",
        "EXT-X-START",
        "EXT-X-TARGETDURATION",
        "EXT-X-MEDIA-SEQUENCE",
        "EXT-X-DISCONTINUITY-SEQUENCE",
        "EXT-X-ENDLIST",
        "EXT-X-PLAYLIST-TYPE",
        "EXT-X-I-FRAMES-ONLY",
    ];

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "hls.grammar",
            "RFC 8216bis §4.1, §4.2, §4.4",
            "A playlist is UTF-8, starts with #EXTM3U, and holds only tags, attributes and values of its kind.",
            Grammar
        ),
        Rule.Gate(
            "hls.version",
            "RFC 8216bis §4.4.1.2, §8",
            "A playlist says its version once, and one that has all the tags it uses.",
            Version
        ),
        Rule.Gate(
            "hls.single-tags",
            "RFC 8216bis §4.4.2, §4.4.3",
            "Tags about a whole playlist stand in it at most once.",
            SingleTags
        ),
    ];

    public static IEnumerable<Playlist> Playlists(Output output) =>
        output.Multivariant is null
            ? output.MediaPlaylists
            : output.MediaPlaylists.Cast<Playlist>().Prepend(output.Multivariant);

    private static void Grammar(Output output, Sheet sheet)
    {
        foreach (var playlist in Playlists(output))
        {
            sheet.Count(1);
            foreach (var problem in playlist.Problems)
            {
                sheet.Fail(playlist.Path, problem);
            }
        }
    }

    private static void Version(Output output, Sheet sheet)
    {
        foreach (var playlist in Playlists(output))
        {
            var declared = playlist.ValuesOf("EXT-X-VERSION").ToList();
            var needed = NeededVersion(playlist);
            if (declared.Count == 0 && needed == 1)
            {
                sheet.Count(1);
                continue;
            }
            var isNumber = int.TryParse(
                declared.FirstOrDefault(),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var version
            );
            sheet.Expect(
                declared.Count == 1 && isNumber && version >= needed,
                playlist.Path,
                $"{(declared.Count == 0 ? "no version" : string.Join(", ", declared))}, its tags need {needed}"
            );
        }
    }

    /// <summary>The lowest version that has everything the playlist uses.</summary>
    private static int NeededVersion(Playlist playlist)
    {
        var isIFramesOnly = playlist.HasTag("EXT-X-I-FRAMES-ONLY");
        var needed = 1;
        foreach (var line in playlist.Lines)
        {
            needed = Math.Max(
                needed,
                line.Tag switch
                {
                    "EXTINF" when line.Value.Split(',')[0].Contains('.') => 3,
                    "EXT-X-BYTERANGE" or "EXT-X-I-FRAMES-ONLY" => 4,
                    "EXT-X-MAP" => isIFramesOnly ? 5 : 6,
                    "EXT-X-MEDIA" when line.Value.Contains("INSTREAM-ID=\"SERVICE") => 7,
                    "EXT-X-DEFINE" when line.Value.Contains("QUERYPARAM=") => 11,
                    "EXT-X-DEFINE" => 8,
                    "EXT-X-STREAM-INF"
                    or "EXT-X-I-FRAME-STREAM-INF"
                    or "EXT-X-MEDIA" when line.Value.Contains("REQ-") => 12,
                    _ => 1,
                }
            );
        }
        return needed;
    }

    private static void SingleTags(Output output, Sheet sheet)
    {
        foreach (var playlist in Playlists(output))
        {
            foreach (var tag in Single)
            {
                var count = playlist.ValuesOf(tag).Count();
                sheet.Expect(count <= 1, playlist.Path, $"#{tag} stands {count} times");
            }
        }
    }
}
