using System.Collections.Immutable;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>What becomes of the sound: of each track a stereo rendition, and one in 5.1 where the track has it.</summary>
internal static class AudioPlanner
{
    /// <summary>Sources of so many channels or more get 5.1: five without low frequencies are meant for the same loudspeakers.</summary>
    private const int LeastSurround = 5;

    private const int SurroundChannels = 6;

    /// <summary>ffmpeg knows a place for each of up to eight channels.</summary>
    private const int MostPlaced = 8;

    public static ImmutableArray<AudioRendition> Make(
        MediaInfo source,
        AudioSettings settings,
        double origin,
        List<Decision> decisions
    )
    {
        var tracks = AudioTracks.Of(source, decisions);
        if (tracks.IsEmpty)
        {
            return [];
        }
        DecideLoudness(settings, decisions);
        var names = new HashSet<string>(StringComparer.Ordinal);
        // All in stereo first: what plays where nothing better can be chosen.
        var stereo = tracks.Select(track => Make(track, settings, settings.Channels));
        var surround = tracks
            .Where(track => HasSurround(track.Source, settings))
            .Select(track => Make(track, settings, SurroundChannels));
        return [.. stereo, .. surround];

        AudioRendition Make(AudioTrackPlan track, AudioSettings settings, int channels)
        {
            var rendition = new AudioRendition(
                AudioTracks.Distinct(
                    FormattableString.Invariant($"audio-{track.LanguageCode}-{channels}ch"),
                    "-",
                    names
                ),
                track.Source.Index,
                channels > 2 ? settings.SurroundBitrate : settings.Bitrate,
                settings.SampleRate,
                channels,
                track.Language,
                track.Label,
                track.IsDefault,
                track.Roles,
                origin
            )
            {
                Mix = MixOf(track.Source, channels),
                Loudness =
                    settings.Loudness.Mode == "ebu-r128"
                        ? new LoudnessTarget(settings.Loudness.Target, settings.Loudness.Peak)
                        : null,
            };
            decisions.Add(new Decision(rendition.Name, Reason(track, rendition)));
            return rendition;
        }
    }

    public static bool CanDecode(AudioStream track) =>
        track is { Codec: not "unknown", Channels: > 0, SampleRate: > 0 };

    private static bool HasSurround(AudioStream track, AudioSettings settings) =>
        settings.Surround == "5.1" && track.Channels is >= LeastSurround and <= MostPlaced;

    private static AudioMix MixOf(AudioStream track, int channels) =>
        track.Channels > MostPlaced ? AudioMix.FirstTwo
        : track.Channels > channels ? AudioMix.Down
        : AudioMix.AsIs;

    private static string Reason(AudioTrackPlan track, AudioRendition rendition)
    {
        var source = track.Source;
        var from = FormattableString.Invariant(
            $"from {source.Codec}, {source.Channels} channels at {source.SampleRate} Hz"
        );
        var mix = rendition.Mix switch
        {
            AudioMix.FirstTwo => ", the first two channels: nobody says where so many belong",
            AudioMix.Down when rendition.Channels > 2 =>
                ", in 5.1: what is behind and beside is put together",
            AudioMix.Down => ", mixed down for everybody",
            _ when rendition.Channels > 2 => ", in 5.1 for those who can play it",
            _ when source.Channels == 1 && rendition.Channels == 2 =>
                ", in the middle of both sides",
            _ => "",
        };
        var purpose = track.Purpose is null ? "" : $"; {track.Purpose}";
        return from + mix + purpose + (track.IsDefault ? "; plays when nothing is chosen" : "");
    }

    private static void DecideLoudness(AudioSettings settings, List<Decision> decisions)
    {
        if (settings.Loudness.Mode == "ebu-r128")
        {
            decisions.Add(
                new Decision(
                    "loudness",
                    FormattableString.Invariant(
                        $"each track is measured, then brought to {settings.Loudness.Target} LUFS with true peaks below {settings.Loudness.Peak} dBTP"
                    )
                )
            );
        }
    }
}
