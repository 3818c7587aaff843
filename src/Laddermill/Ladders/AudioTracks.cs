using System.Collections.Immutable;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>A track of the source that is published, and how people are told what it is.</summary>
/// <param name="LanguageCode">The language as the source tags it, fit for a folder's name; <c>und</c> when unknown.</param>
/// <param name="Language">BCP 47 tag; null when unknown.</param>
/// <param name="Purpose">In words; null for what most people listen to.</param>
internal sealed record AudioTrackPlan(
    AudioStream Source,
    string LanguageCode,
    string? Language,
    string Label,
    bool IsDefault,
    ImmutableArray<string> Roles,
    string? Purpose
);

/// <summary>Which tracks of a source are published, and as what.</summary>
internal static class AudioTracks
{
    public static ImmutableArray<AudioTrackPlan> Of(MediaInfo source, List<Decision> decisions)
    {
        var usable = source.Audio.Where(AudioPlanner.CanDecode).ToList();
        foreach (var track in source.Audio.Except(usable))
        {
            var codec = track.CodecTag ?? track.Codec;
            Leave(decisions, track, $"nothing here can decode its codec ({codec})", isLoss: true);
        }
        if (usable.Exists(track => !track.IsDependent))
        {
            foreach (var track in usable.Where(track => track.IsDependent))
            {
                Leave(
                    decisions,
                    track,
                    "it is meant to be mixed into another by the receiver, and mostly silent alone"
                );
            }
            usable.RemoveAll(track => track.IsDependent);
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
        var first =
            usable.Find(track => track.IsDefault && PurposeOf(track) is null)
            ?? usable.Find(track => PurposeOf(track) is null)
            ?? usable[0];
        var labels = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. usable.Select(track =>
            {
                var language = Languages.ToBcp47(track.Language);
                return new AudioTrackPlan(
                    track,
                    language is null ? "und" : track.Language!.ToLowerInvariant(),
                    language,
                    Distinct(Label(track, language), " ", labels),
                    track == first,
                    Roles(track, track == first),
                    PurposeOf(track)
                );
            }),
        ];
    }

    /// <summary>The name, with a number where it is taken.</summary>
    public static string Distinct(string name, string separator, HashSet<string> taken)
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

    private static void Leave(
        List<Decision> decisions,
        AudioStream track,
        string reason,
        bool isLoss = false
    ) =>
        decisions.Add(
            new Decision(
                "audio",
                FormattableString.Invariant($"track {track.Index} is left out: {reason}")
            )
            {
                IsLoss = isLoss,
            }
        );

    private static string Label(AudioStream track, string? language)
    {
        var name = Languages.Name(language) ?? "Audio";
        return track.Title ?? (PurposeOf(track) is { } purpose ? $"{name} ({purpose})" : name);
    }

    private static string? PurposeOf(AudioStream track) =>
        track switch
        {
            { IsVisualImpaired: true } => "audio description",
            { IsCommentary: true } => "commentary",
            { IsHearingImpaired: true } => "clear dialogue",
            _ => null,
        };

    private static ImmutableArray<string> Roles(AudioStream track, bool isMain) =>
        track switch
        {
            { IsVisualImpaired: true } => [isMain ? "main" : "alternate", "description"],
            { IsCommentary: true } => isMain ? ["main", "commentary"] : ["commentary"],
            { IsHearingImpaired: true } =>
            [
                isMain ? "main" : "alternate",
                "enhanced-audio-intelligibility",
            ],
            _ => [isMain ? "main" : "alternate"],
        };
}
