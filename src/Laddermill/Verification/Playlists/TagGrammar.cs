using System.Collections.Frozen;

namespace Laddermill.Verification.Playlists;

/// <summary>Which tag may stand in which kind of playlist (RFC 8216bis §4.4).</summary>
internal static class TagGrammar
{
    [Flags]
    public enum Place
    {
        Media = 1,
        Multivariant = 2,
    }

    private static readonly FrozenDictionary<string, Place> Places = new Dictionary<string, Place>
    {
        ["EXT-X-VERSION"] = Place.Media | Place.Multivariant,
        ["EXT-X-INDEPENDENT-SEGMENTS"] = Place.Media | Place.Multivariant,
        ["EXT-X-START"] = Place.Media | Place.Multivariant,
        ["EXT-X-DEFINE"] = Place.Media | Place.Multivariant,
        ["EXT-X-MEDIA"] = Place.Multivariant,
        ["EXT-X-STREAM-INF"] = Place.Multivariant,
        ["EXT-X-I-FRAME-STREAM-INF"] = Place.Multivariant,
        ["EXT-X-SESSION-DATA"] = Place.Multivariant,
        ["EXT-X-SESSION-KEY"] = Place.Multivariant,
        ["EXT-X-CONTENT-STEERING"] = Place.Multivariant,
        ["EXTINF"] = Place.Media,
        ["EXT-X-TARGETDURATION"] = Place.Media,
        ["EXT-X-MEDIA-SEQUENCE"] = Place.Media,
        ["EXT-X-DISCONTINUITY-SEQUENCE"] = Place.Media,
        ["EXT-X-ENDLIST"] = Place.Media,
        ["EXT-X-PLAYLIST-TYPE"] = Place.Media,
        ["EXT-X-I-FRAMES-ONLY"] = Place.Media,
        ["EXT-X-BYTERANGE"] = Place.Media,
        ["EXT-X-DISCONTINUITY"] = Place.Media,
        ["EXT-X-KEY"] = Place.Media,
        ["EXT-X-MAP"] = Place.Media,
        ["EXT-X-PROGRAM-DATE-TIME"] = Place.Media,
        ["EXT-X-DATERANGE"] = Place.Media,
        ["EXT-X-GAP"] = Place.Media,
        ["EXT-X-BITRATE"] = Place.Media,
    }.ToFrozenDictionary();

    public static void Check(PlaylistLine line, Place place, ICollection<string> problems)
    {
        if (!Places.TryGetValue(line.Tag ?? "", out var allowed))
        {
            problems.Add($"line {line.Number}: no tag of a finished presentation is #{line.Tag}");
        }
        else if ((allowed & place) == 0)
        {
            problems.Add($"line {line.Number}: #{line.Tag} belongs in the other kind of playlist");
        }
    }
}
