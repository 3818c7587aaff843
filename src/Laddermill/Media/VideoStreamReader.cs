using System.Text.Json;
using System.Text.RegularExpressions;

namespace Laddermill.Media;

/// <summary>One video stream of ffprobe's JSON.</summary>
internal static partial class VideoStreamReader
{
    public static VideoStream Read(JsonElement stream, double start)
    {
        var average = stream.Ratio("avg_frame_rate");
        var lowest = stream.Ratio("r_frame_rate");
        var fieldOrder = stream.Word("field_order");
        var pixelFormat = stream.Word("pix_fmt");
        var (rotation, isMirrored) = DisplayMatrix.Read(stream);
        return new VideoStream(
            FfprobeReader.Index(stream),
            FfprobeReader.Codec(stream),
            stream.Word("profile"),
            stream.Positive("level"),
            stream.Positive("width") ?? 0,
            stream.Positive("height") ?? 0,
            rotation,
            stream.Ratio("sample_aspect_ratio") ?? new Rational(1, 1),
            average,
            lowest,
            IsVariable(average, lowest, fieldOrder),
            stream.Long("nb_frames") is { } frames and > 0 ? frames : null,
            fieldOrder,
            pixelFormat,
            BitDepth(pixelFormat) ?? stream.Positive("bits_per_raw_sample") ?? 8,
            ColourReader.Read(stream),
            stream.Seconds("start_time") ?? start,
            FfprobeReader.Duration(stream),
            stream.Long("bit_rate") is { } rate and > 0 ? rate : null,
            stream.Positive("has_b_frames") is not null,
            // ffprobe 5.1 only knows after it has decoded; FirstFramesReader tells then.
            stream.Flag("closed_captions"),
            FfprobeReader.Disposition(stream, "default"),
            IsPicture(stream),
            FfprobeReader.Language(stream),
            FfprobeReader.Title(stream)
        )
        {
            CodecTag = FfprobeReader.CodecTag(stream),
            TimeBase = stream.Ratio("time_base") ?? Rational.Zero,
            IsMirrored = isMirrored,
        };
    }

    /// <summary>
    /// Bits per sample of luma, which ffmpeg's names of pixel formats end with: <c>yuv420p10le</c>, <c>p010le</c>, <c>gray12</c>; null for
    /// no name.
    /// </summary>
    internal static int? BitDepth(string? pixelFormat) =>
        pixelFormat is null ? null
        : !int.TryParse(NumberAtEnd().Match(pixelFormat).ValueSpan, out var number) ? 8
        : number switch
        {
            // These are bits per pixel: rgb48, rgba64, nv20.
            48 or 64 => 16,
            20 => 10,
            // And these the bits of each colour, less than 8: rgb444, rgb555, rgb565.
            > 32 => 8,
            _ => number,
        };

    /// <summary>Fields counted as frames, twice as many, are even in time.</summary>
    private static bool IsVariable(Rational? average, Rational? lowest, string? fieldOrder)
    {
        if (average is not { } frames || lowest is not { } stamps)
        {
            return false;
        }
        var ratio = stamps.ToDouble() / frames.ToDouble();
        var isInterlaced = fieldOrder is not (null or "progressive");
        return Math.Abs(ratio - 1) > 0.01 && !(isInterlaced && Math.Abs(ratio - 2) < 0.02);
    }

    private static bool IsPicture(JsonElement stream) =>
        FfprobeReader.Disposition(stream, "attached_pic")
        || FfprobeReader.Disposition(stream, "still_image")
        || FfprobeReader.Disposition(stream, "timed_thumbnails");

    [GeneratedRegex("[0-9]{1,2}(?=[lb]e$)")]
    private static partial Regex NumberAtEnd();
}
