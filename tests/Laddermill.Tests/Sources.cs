using Laddermill.Media;

namespace Laddermill.Tests;

/// <summary>Sources as ffprobe would find them, for tests of decisions.</summary>
internal static class Sources
{
    public static VideoStream Video(
        int width = 1920,
        int height = 1080,
        string rate = "25",
        long? frames = null,
        double seconds = 60
    ) =>
        new(
            Index: 0,
            Codec: "h264",
            Profile: "High",
            Level: 40,
            Width: width,
            Height: height,
            Rotation: 0,
            SampleAspectRatio: new Rational(1, 1),
            FrameRate: Rational.Parse(rate),
            BaseFrameRate: Rational.Parse(rate),
            IsVariableFrameRate: false,
            FrameCount: frames ?? Rational.Parse(rate)!.Value.RoundTimes(1) * (long)seconds,
            FieldOrder: "progressive",
            PixelFormat: "yuv420p",
            BitDepth: 8,
            Colour: new ColourDescription(
                "tv",
                "bt709",
                "bt709",
                "bt709",
                null,
                null,
                null,
                null,
                null
            ),
            StartTime: 0,
            Duration: seconds,
            BitRate: null,
            HasBFrames: true,
            HasClosedCaptions: false,
            IsDefault: true,
            IsAttachedPicture: false,
            Language: null,
            Title: null
        );

    public static AudioStream Audio(
        int index = 1,
        string? language = "eng",
        double start = 0,
        double seconds = 60
    ) =>
        new(
            Index: index,
            Codec: "aac",
            Profile: "LC",
            SampleRate: 44_100,
            Channels: 2,
            Layout: "stereo",
            Language: language,
            Title: null,
            IsDefault: index == 1,
            IsCommentary: false,
            IsVisualImpaired: false,
            IsHearingImpaired: false,
            StartTime: start,
            Duration: seconds,
            BitRate: null
        );

    public static MediaInfo File(VideoStream? video, params AudioStream[] audio) =>
        new(
            Container: "mov,mp4,m4a,3gp,3g2,mj2",
            Duration: video?.Duration ?? audio.FirstOrDefault()?.Duration,
            StartTime: 0,
            Size: 1_000_000,
            BitRate: null,
            Video: video is null ? [] : [video],
            Audio: [.. audio],
            Subtitles: [],
            Other: []
        );
}
