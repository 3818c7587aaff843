using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>Which H.264 is what our own encoder would have to make: it takes the place of the best rung.</summary>
internal static class H264Copy
{
    /// <summary>Every device that has H.264 of high definition decodes this level.</summary>
    private const int UsualLevel = 41;

    /// <summary>Apple's players decode no higher (HLS Authoring Specification 1.3b).</summary>
    private const int HighestLevel = 52;

    private static readonly string[] Profiles =
    [
        "Constrained Baseline",
        "Baseline",
        "Main",
        "High",
        "Progressive High",
        "Constrained High",
    ];

    /// <returns>A clause that says what is against it; null when nothing is.</returns>
    public static string? WrongCoding(VideoStream stream) =>
        stream switch
        {
            { Codec: not "h264" } =>
                $"the source is coded as {stream.Codec}, and only H.264 is copied",
            { PixelFormat: not "yuv420p" } or { BitDepth: not 8 } =>
                $"its samples are {stream.PixelFormat}, which few devices decode",
            { Profile: null } or { Level: null or <= 0 } => "it does not say its profile and level",
            { Level: > HighestLevel } => $"its level is {stream.Level / 10.0:0.0}",
            _ when !Profiles.Contains(stream.Profile) => $"it is of profile {stream.Profile}",
            _ => null,
        };

    /// <inheritdoc cref="WrongCoding"/>
    public static string? WrongPicture(CopyQuestion question)
    {
        var (stream, picture, top) = (question.Stream, question.Picture, question.Top);
        var ownLevel = H264Level.For(top.Width, top.Height, question.Rate, top.MaxBitrate, 1);
        if (
            picture
            is { Fields: null, ToneMapping: not null }
                or { Fields: null, WidePrimaries: not null }
                or { Fields: null, IsConverted: true }
        )
        {
            return "its colours have to be converted";
        }
        return StreamCopy.WrongShape(question)
            ?? stream switch
            {
                _ when (stream.Width, stream.Height) != (top.Width, top.Height) =>
                    $"its pictures of {stream.Width}x{stream.Height} become {top.Width}x{top.Height}",
                _ when question.IsAlone && stream.Level > Math.Max(UsualLevel, ownLevel) =>
                    $"its level is {stream.Level / 10.0:0.0}, and there is no other rendition for those who cannot play it",
                _ => null,
            };
    }
}
