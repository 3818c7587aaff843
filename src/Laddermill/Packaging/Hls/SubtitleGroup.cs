using System.Collections.Immutable;
using System.Globalization;

namespace Laddermill.Packaging.Hls;

/// <summary>The one group of subtitles, in all their languages (RFC 8216bis §4.4.6.1).</summary>
internal static class SubtitleGroup
{
    public const string Id = "subs";

    // HLS Authoring Specification 4.6.
    private const string ForTheDeaf =
        "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

    public static IEnumerable<AttributeList> Renditions(
        ImmutableArray<SubtitleTrack> tracks,
        Func<Track, string> uriOf
    )
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var automatic = new HashSet<(string, bool, bool)>();
        // The default first: it must be chosen automatically too, so it claims its language.
        foreach (var track in tracks.OrderBy(track => !track.IsDefault))
        {
            var language = DisplayText.Language(track.Language);
            // §4.4.6.1.1: at most one may be chosen automatically for the same language and characteristics; but what is forced must be (5.11), and
            // so must what is for the deaf (4.6).
            var isAutomatic =
                automatic.Add((language, track.IsForced, track.IsHearingImpaired))
                || track.IsForced
                || track.IsHearingImpaired;
            var attributes = new AttributeList()
                .Enumerated("TYPE", "SUBTITLES")
                .Quoted("GROUP-ID", Id)
                .Quoted("LANGUAGE", language)
                .Quoted("NAME", Distinct(track, names))
                .Enumerated("DEFAULT", track.IsDefault ? "YES" : "NO")
                .Enumerated("AUTOSELECT", isAutomatic ? "YES" : "NO")
                .Enumerated("FORCED", track.IsForced ? "YES" : "NO");
            if (track.IsHearingImpaired)
            {
                attributes.Quoted("CHARACTERISTICS", ForTheDeaf);
            }
            yield return attributes.Quoted("URI", uriOf(track));
        }
    }

    /// <summary>A name that no other track of the group has, quotes replaced.</summary>
    private static string Distinct(SubtitleTrack track, HashSet<string> names)
    {
        var label = DisplayText.Clean(track.Label).Replace('"', '\'');
        label = label.Length > 0 ? label : track.Name;
        var name = label;
        for (var number = 2; !names.Add(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{label} {number}");
        }
        return name;
    }
}
