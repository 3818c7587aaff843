using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Ffmpeg;

/// <summary>
/// ffmpeg's argument lists for sound. One ffmpeg decodes all tracks, the whole file in one pass, since sound cut into ranges would click at the seams; one more
/// for each rendition encodes what we hand it. Between the two we hold time, which no filter does when the sound changes its channels in mid-file.
/// </summary>
public static class SoundArguments
{
    /// <summary>Bytes of one sample of one channel between the two: a 32-bit float, which nothing clips.</summary>
    public const int SampleBytes = sizeof(float);

    /// <summary>Decodes renditions to PCM in fragments that tell their time, in samples of the film.</summary>
    /// <param name="outputs">One address for each rendition.</param>
    public static IReadOnlyList<string> ForDecoding(
        MediaInput input,
        Plan plan,
        IReadOnlyList<AudioRendition> renditions,
        IReadOnlyList<string> outputs
    ) =>
        [
            .. EncodeArguments.Quiet,
            .. EncodeArguments.Input(
                input,
                plan.Video is { } video ? EncodeArguments.TimeStamps(video) : ["-copyts"]
            ),
            .. renditions.SelectMany(
                (rendition, index) => DecoderOutput(plan, rendition, outputs[index])
            ),
        ];

    /// <summary>Encodes one rendition.</summary>
    /// <param name="gain">dB that brings it to its target loudness; 0 without one.</param>
    /// <param name="isLimited">Whether peaks would be too high then.</param>
    /// <param name="input">Where it reads raw PCM, just as much as the film is long.</param>
    public static IReadOnlyList<string> ForEncoding(
        AudioRendition rendition,
        double gain,
        bool isLimited,
        string input,
        string output
    ) =>
        [
            .. EncodeArguments.Quiet,
            .. RawInput(rendition, input),
            .. SoundFilters.ForEncoding(rendition, gain, isLimited) is { } filters
                ? ["-af", filters]
                : Array.Empty<string>(),
            "-c:a",
            "aac",
            "-b:a",
            Invariant($"{rendition.Bitrate}"),
            // One fragment a second: the packager cuts them again at the grid.
            "-frag_duration",
            "1000000",
            // The edit list tells the packager how many samples the encoder puts in front.
            .. EncodeArguments.Container(
                "+cmaf+delay_moov+skip_trailer",
                output,
                "-use_editlist",
                "1"
            ),
        ];

    /// <summary>Measures one rendition; the last words on stderr are the result.</summary>
    public static IReadOnlyList<string> ForMeasuring(AudioRendition rendition, string input) =>
        [
            "-nostdin",
            "-hide_banner",
            "-nostats",
            "-loglevel",
            "info",
            .. RawInput(rendition, input),
            "-af",
            "ebur128=peak=true:framelog=verbose",
            "-f",
            "null",
            "-",
        ];

    private static string[] RawInput(AudioRendition rendition, string input) =>
        [
            "-f",
            "f32le",
            "-ar",
            Invariant($"{rendition.SampleRate}"),
            "-ac",
            Invariant($"{rendition.Channels}"),
            "-channel_layout",
            rendition.Layout,
            "-i",
            input,
        ];

    private static IEnumerable<string> DecoderOutput(
        Plan plan,
        AudioRendition rendition,
        string output
    ) =>
        [
            "-map",
            Invariant($"0:{rendition.StreamIndex}"),
            "-af",
            SoundFilters.ForDecoding(rendition, rendition.LengthOf(plan.Grid)),
            "-c:a",
            "pcm_f32le",
            "-frag_duration",
            "1000000",
            "-map_metadata",
            "-1",
            "-map_chapters",
            "-1",
            // Times as they are: neither moved to 0 nor told in an edit list.
            "-avoid_negative_ts",
            "disabled",
            "-use_editlist",
            "0",
            "-movflags",
            "+empty_moov+default_base_moof+frag_discont+skip_trailer",
            "-f",
            "mov",
            output,
        ];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
