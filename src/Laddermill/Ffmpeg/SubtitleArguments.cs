using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Ffmpeg;

/// <summary>How texts of subtitles are taken out of a source.</summary>
public static class SubtitleArguments
{
    /// <summary>
    /// The form in which a codec's texts lose least: as they are where ffmpeg can write them so, since its own encoders drop what tells drawings from words;
    /// else as SubRip.
    /// </summary>
    /// <returns>ffmpeg's encoder and muxer.</returns>
    public static (string Encoder, string Format) FormOf(string codec) =>
        codec switch
        {
            "ass" or "ssa" => ("copy", "ass"),
            "subrip" or "srt" or "text" => ("copy", "srt"),
            "webvtt" => ("copy", "webvtt"),
            _ => ("srt", "srt"),
        };

    /// <summary>Several tracks in one pass over the whole file; nothing else of it is decoded.</summary>
    /// <param name="renditions">Those that come from streams.</param>
    /// <param name="outputs">One address (<c>unix:/path</c>) for each.</param>
    public static IReadOnlyList<string> For(
        MediaInput input,
        Plan plan,
        IReadOnlyList<SubtitleRendition> renditions,
        IReadOnlyList<string> outputs
    ) =>
        [
            "-nostdin",
            "-hide_banner",
            "-nostats",
            "-loglevel",
            "warning",
            // As for the sound: the same zero as the picture's.
            .. EncodeArguments.Input(
                input,
                plan.Video is { } video ? EncodeArguments.TimeStamps(video) : ["-copyts"]
            ),
            .. renditions.SelectMany((rendition, index) => Output(rendition, outputs[index])),
        ];

    private static IEnumerable<string> Output(SubtitleRendition rendition, string output)
    {
        var (encoder, format) = FormOf(rendition.Codec);
        return
        [
            "-map",
            FormattableString.Invariant($"0:{rendition.StreamIndex}"),
            "-c:s",
            encoder,
            "-map_metadata",
            "-1",
            "-map_chapters",
            "-1",
            "-fflags",
            "+bitexact",
            "-avoid_negative_ts",
            "disabled",
            "-f",
            format,
            output,
        ];
    }
}
