using System.Collections.Immutable;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>What becomes of the sound: one rendition for each track.</summary>
internal static class AudioPlanner
{
    public static ImmutableArray<AudioRendition> Make(
        MediaInfo source,
        AudioSettings settings,
        double origin,
        List<Decision> decisions
    )
    {
        var usable = source.Audio.Where(CanDecode).ToList();
        foreach (var track in source.Audio.Except(usable))
        {
            var codec = track.CodecTag ?? track.Codec;
            decisions.Add(
                new Decision(
                    "audio",
                    $"track {track.Index} is left out: nothing here can decode its codec ({codec})"
                )
            );
        }
        if (usable.Count == 0)
        {
            decisions.Add(
                new Decision(
                    "audio",
                    source.Audio.Length == 0
                        ? "none: the source has no sound"
                        : "none: no track can be decoded"
                )
            );
            return [];
        }
        var first = usable.Find(track => track.IsDefault) ?? usable[0];
        var names = new HashSet<string>(StringComparer.Ordinal);
        var labels = new HashSet<string>(StringComparer.Ordinal);
        var renditions = ImmutableArray.CreateBuilder<AudioRendition>();
        foreach (var track in usable)
        {
            var language = Languages.ToBcp47(track.Language);
            var channels = settings.Channels;
            var name = Distinct(
                $"audio-{(language is null ? "und" : track.Language!.ToLowerInvariant())}-{channels}ch",
                "-",
                names
            );
            var label = Distinct(track.Title ?? Languages.Name(language) ?? "Audio", " ", labels);
            renditions.Add(
                new AudioRendition(
                    name,
                    track.Index,
                    settings.Bitrate,
                    settings.SampleRate,
                    channels,
                    language,
                    label,
                    track == first,
                    Roles(track, track == first),
                    origin
                )
            );
            decisions.Add(
                new Decision(
                    name,
                    $"from {track.Codec}, {track.Channels} channels at {track.SampleRate} Hz"
                )
            );
        }
        return renditions.ToImmutable();
    }

    public static bool CanDecode(AudioStream track) =>
        track is { Codec: not "unknown", Channels: > 0, SampleRate: > 0 };

    private static ImmutableArray<string> Roles(AudioStream track, bool isMain) =>
        track switch
        {
            { IsVisualImpaired: true } => ["alternate", "description"],
            { IsCommentary: true } => ["commentary"],
            _ => [isMain ? "main" : "alternate"],
        };

    private static string Distinct(string name, string separator, HashSet<string> taken)
    {
        for (var number = 1; ; number++)
        {
            var candidate = number == 1 ? name : $"{name}{separator}{number}";
            if (taken.Add(candidate))
            {
                return candidate;
            }
        }
    }
}
