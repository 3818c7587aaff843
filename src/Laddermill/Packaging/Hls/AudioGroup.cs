using System.Collections.Immutable;
using System.Globalization;

namespace Laddermill.Packaging.Hls;

/// <summary>
/// The audio renditions of one codec and number of channels: a player chooses a group with the variant, and a track inside it. A track that has no rendition of
/// this kind is there in stereo, so that every group of a codec offers every track.
/// </summary>
internal sealed record AudioGroup(string Id, ImmutableArray<AudioTrack> Tracks)
{
    /// <summary>Groups in the order of their first tracks.</summary>
    public static ImmutableArray<AudioGroup> Of(IEnumerable<AudioTrack> tracks)
    {
        var kinds = tracks.GroupBy(track => (Family: Family(track), track.Channels)).ToList();
        return
        [
            .. kinds.Select(group => new AudioGroup(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{group.Key.Family}-{group.Key.Channels}ch"
                ),
                [
                    .. group,
                    .. StandIns(group, kinds.First(kind => kind.Key.Family == group.Key.Family)),
                ]
            )),
        ];
    }

    /// <summary>The track that plays when nothing was chosen.</summary>
    public AudioTrack Default => Tracks.FirstOrDefault(track => track.IsDefault) ?? Tracks[0];

    /// <summary>The highest peak and the highest average of any track: a variant must allow for the costliest.</summary>
    public BitRate Rate(int targetDuration)
    {
        var rates = Tracks.Select(track => BitRate.Of(track, targetDuration)).ToList();
        return new BitRate(rates.Max(rate => rate.Peak), rates.Max(rate => rate.Average));
    }

    public IEnumerable<string> Codecs => Tracks.Select(track => track.Codec).Distinct();

    /// <summary>The EXT-X-MEDIA tags (RFC 8216bis §4.4.6.1).</summary>
    /// <param name="uriOf">Of a track's playlist; null when its sound is inside the variants' own segments.</param>
    public IEnumerable<AttributeList> Renditions(Func<Track, string?> uriOf)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var automatic = new HashSet<(string, bool)>();
        // The default first: it must be chosen automatically too, so it claims its language.
        foreach (var track in Tracks.OrderBy(track => track != Default))
        {
            var language = DisplayText.Language(track.Language);
            var isDescription = track.Roles.Contains("description");
            // §4.4.6.1.1: at most one may be chosen automatically for the same language and characteristics. Nobody gets a commentary unasked.
            var isAutomatic =
                track == Default
                || !track.Roles.Contains("commentary")
                    && !automatic.Contains((language, isDescription));
            if (isAutomatic)
            {
                automatic.Add((language, isDescription));
            }
            var attributes = new AttributeList()
                .Enumerated("TYPE", "AUDIO")
                .Quoted("GROUP-ID", Id)
                .Quoted("LANGUAGE", language)
                .Quoted("NAME", Distinct(track, names))
                .Enumerated("DEFAULT", track == Default ? "YES" : "NO")
                .Enumerated("AUTOSELECT", isAutomatic ? "YES" : "NO");
            if (isDescription)
            {
                // HLS Authoring Specification 2.12.
                attributes.Quoted("CHARACTERISTICS", "public.accessibility.describes-video");
            }
            if (track.Channels > 0)
            {
                attributes.Quoted(
                    "CHANNELS",
                    track.Channels.ToString(CultureInfo.InvariantCulture)
                );
            }
            yield return uriOf(track) is { } uri ? attributes.Quoted("URI", uri) : attributes;
        }
    }

    /// <summary>Tracks that have no rendition of a kind stand in as they are in the first kind of the same codec: no two codecs share a group.</summary>
    private static IEnumerable<AudioTrack> StandIns(
        IEnumerable<AudioTrack> group,
        IEnumerable<AudioTrack> all
    ) => all.Where(track => !group.Any(own => IsTwin(own, track)));

    /// <summary>Whether two renditions are of the same track of the source.</summary>
    private static bool IsTwin(AudioTrack one, AudioTrack other) =>
        one.Label == other.Label && one.Language == other.Language;

    /// <summary>A name that no other track of the group has, quotes replaced.</summary>
    private static string Distinct(AudioTrack track, HashSet<string> names)
    {
        var label = DisplayText.Clean(track.Label).Replace('"', '\'');
        label = label.Length > 0 ? label : track.Name;
        var name = label;
        for (var i = 2; !names.Add(name); i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{label} {i}");
        }
        return name;
    }

    private static string Family(AudioTrack track) =>
        track.Codec.StartsWith("mp4a.", StringComparison.Ordinal) ? "aac" : track.Codec;
}
