using System.Collections.Immutable;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What an audio rendition's own bytes must be, and what platforms like.</summary>
internal static class AudioRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "audio.aac-stereo",
            "HLS-AUTH 2.3",
            "Where there is sound, there is AAC of one or two channels, which every device plays.",
            AacStereo
        ),
        Rule.Gate(
            "audio.codec",
            "ISO/IEC 14496-14 §5.6; RFC 6381",
            "The decoder configuration can be read and says rate and channels.",
            Codec
        ),
        Rule.Advice(
            "audio.sample-entry",
            "CMAF 10.2",
            RuleLevel.Should,
            "The sample entry has the decoder configuration's rate and channels.",
            SampleEntry
        ),
        Rule.Advice(
            "audio.he-aac-rate",
            "HLS-AUTH 2.4",
            RuleLevel.Should,
            "HE-AAC is used below 64 kbit/s only.",
            HeAacRate
        ),
        Rule.Advice(
            "audio.ac3-beside-eac3",
            "HLS-AUTH 2.6",
            RuleLevel.Must,
            "Where there is E-AC-3, there is AC-3 too.",
            Ac3BesideEac3
        ),
        Rule.Advice(
            "audio.loudness",
            "HLS-AUTH 2.18",
            RuleLevel.Should,
            "The init segment has loudness metadata (ludt).",
            Loudness,
            "ffmpeg writes no ludt. Where all films shall be equally loud, a profile brings their sound to a target (docs/sound.md)."
        ),
    ];

    private static void AacStereo(Output output, Sheet sheet)
    {
        var tracks = output
            .Audio.Select(each => each.Track!)
            .Where(track => track.Codec is not null)
            .ToList();
        if (tracks.Count > 0)
        {
            var isThere = tracks.Any(track =>
                track.Audio?.Config is { ObjectType: 2 or 5 or 29, Channels: 1 or 2 }
            );
            sheet.Expect(
                isThere,
                "output",
                $"only {string.Join(", ", tracks.Select(each => $"{each.Codec} of {each.Audio?.Config?.Channels ?? each.Audio?.Channels} channels"))}"
            );
        }
    }

    private static void Codec(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Audio)
        {
            var audio = rendition.Track!.Audio;
            sheet.Expect(
                rendition.Track.Codec is not null
                    && (
                        rendition.Track.SampleEntry != "mp4a"
                        || audio?.Config is { SampleRate: > 0, Channels: > 0 }
                    ),
                rendition.InitTarget,
                $"{rendition.Track.SampleEntry} without a readable configuration"
            );
        }
        sheet.Measure(
            output.Audio.Select(each =>
                $"{each.Track!.Codec} {each.Track.Audio?.Config?.Channels}ch {each.Track.Audio?.Config?.SampleRate} Hz"
            )
        );
    }

    private static void SampleEntry(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Audio)
        {
            if (rendition.Track!.Audio is { Config: { } config } audio)
            {
                sheet.Expect(
                    audio.Channels == config.Channels && audio.SampleRate == config.SampleRate,
                    rendition.InitTarget,
                    $"the sample entry says {audio.Channels} channels at {audio.SampleRate} Hz, the configuration {config.Channels} at {config.SampleRate} Hz"
                );
            }
        }
    }

    private static void HeAacRate(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Audio)
        {
            if (rendition.Track!.Audio?.Config?.ObjectType is 5 or 29)
            {
                var rate = rendition.AverageRate;
                sheet.Expect(rate <= 64_000, rendition.Where, $"{rate:0} bit/s");
            }
        }
    }

    private static void Ac3BesideEac3(Output output, Sheet sheet)
    {
        var codecs = output.Audio.Select(each => each.Track!.SampleEntry).ToHashSet();
        if (codecs.Contains("ec-3"))
        {
            sheet.Expect(codecs.Contains("ac-3"), "output", $"E-AC-3 without AC-3");
        }
    }

    private static void Loudness(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Audio)
        {
            sheet.Expect(rendition.Track!.HasLoudness, rendition.InitTarget, $"no ludt box");
        }
    }
}
