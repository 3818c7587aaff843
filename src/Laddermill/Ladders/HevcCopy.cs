using System.Globalization;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>
/// Which HEVC is published as it is, beside a whole ladder of H.264 for those who cannot play it. So it need not be what an encoder would make: it may be larger than the best
/// rung and of high dynamic range.
/// </summary>
internal static class HevcCopy
{
    /// <summary>general_level_idc of level 5.1: Apple's players decode no higher (HLS Authoring Specification 1.6b).</summary>
    private const int HighestLevel = 153;

    private const string Main = "Main";
    private const string Main10 = "Main 10";

    /// <summary>Whether the profile wants it of this source.</summary>
    public static bool IsAsked(VideoStream stream, Profile profile) =>
        profile.Video.HevcPassthrough == Passthrough.Auto && stream.Codec == "hevc";

    /// <returns>A clause that says what is against it; null when nothing is.</returns>
    public static string? WrongCoding(VideoStream stream) =>
        stream switch
        {
            { PixelFormat: not ("yuv420p" or "yuvj420p" or "yuv420p10le") } =>
                $"its samples are {stream.PixelFormat}, and only 4:2:0 of 8 or 10 bits is copied",
            { Profile: null } or { Level: null or <= 0 } => "it does not say its profile and level",
            { Profile: not (Main or Main10) } => $"it is of profile {stream.Profile}",
            { Level: > HighestLevel } => $"its level is {stream.Level / 30.0:0.0}",
            _ => null,
        };

    /// <inheritdoc cref="WrongCoding"/>
    public static string? WrongPicture(CopyQuestion question) =>
        StreamCopy.WrongShape(question)
        ?? (
            question.Picture.ToneMapping is not null && question.Stream.Colour.Transfer is null
                ? "its high dynamic range is told by its metadata alone, which players do not ask"
                : null
        );

    /// <summary>
    /// The best rung's cap, as a rung of this size would have it: bits follow pixels to the power of 0.75 (<see cref="RungSizes"/>). HEVC needs fewer for the same picture, but
    /// nobody may be sent more than the profile allows.
    /// </summary>
    public static int Cap(CopyQuestion question)
    {
        var (stream, top) = (question.Stream, question.Top);
        var pixels = (double)stream.Width * stream.Height / ((double)top.Width * top.Height);
        return (int)
            Math.Min(
                int.MaxValue,
                Math.Round(top.MaxBitrate * Math.Pow(Math.Max(1, pixels), 0.75))
            );
    }

    /// <summary>HLS's VIDEO-RANGE; null for standard range.</summary>
    public static string? VideoRange(VideoStream stream) =>
        stream.Colour.Transfer switch
        {
            "smpte2084" => "PQ",
            "arib-std-b67" => "HLG",
            _ => null,
        };

    public static VideoRendition Rendition(
        CopyQuestion question,
        CopiedStream copied,
        IReadOnlyCollection<VideoRendition> others
    )
    {
        var stream = question.Stream;
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"video-hevc-{Math.Min(stream.Width, stream.Height)}p"
        );
        // A profile's rung may be called so.
        while (others.Any(other => other.Name == name))
        {
            name += "-source";
        }
        return new VideoRendition(
            name,
            stream.Width,
            stream.Height,
            Cap(question),
            Crf: 0,
            Preset: "",
            EncoderOptions: [],
            Threads: 0,
            Level: (int)Math.Round(stream.Level!.Value / 3.0)
        )
        {
            Copied = copied,
        };
    }

    public static string Reason(CopyQuestion question, string peak)
    {
        var stream = question.Stream;
        var range = VideoRange(stream) is { } curve ? $" with high dynamic range ({curve})" : "";
        return $"the source's own stream is published as well, not encoded again, beside the whole ladder: HEVC {stream.Profile} of {stream.Width}x{stream.Height}{range}, at most {peak} over a segment";
    }
}
