using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Laddermill.Media;

/// <summary>What a source is: facts as ffprobe found them, no decisions. Times are in seconds, rates in bit/s.</summary>
/// <param name="Container">ffmpeg's names of the demuxer, such as <c>mov,mp4,m4a,3gp,3g2,mj2</c>.</param>
/// <param name="Duration">As the container declares it; null when it does not.</param>
/// <param name="StartTime">Time of the earliest packet of any stream; 0 when unknown.</param>
/// <param name="Size">Bytes; null when the input cannot tell.</param>
public sealed record MediaInfo(
    string Container,
    double? Duration,
    double StartTime,
    long? Size,
    long? BitRate,
    ImmutableArray<VideoStream> Video,
    ImmutableArray<AudioStream> Audio,
    ImmutableArray<SubtitleStream> Subtitles,
    ImmutableArray<OtherStream> Other
)
{
    /// <summary>Whether samples are encrypted (Common Encryption and its like): nobody without the key can transcode it.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Subtitles in files beside the source; null when nobody looked for them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<SidecarFile>? Sidecars { get; init; }

    /// <summary>The moving picture that is transcoded: the default one, else the first that is no cover art; null if none.</summary>
    [JsonIgnore]
    public VideoStream? MainVideo
    {
        get
        {
            var moving = Video.Where(stream => !stream.IsAttachedPicture).ToList();
            return moving.Find(stream => stream.IsDefault) ?? moving.FirstOrDefault();
        }
    }

    /// <summary>The same with what the pictures of <see cref="MainVideo"/> show of fields.</summary>
    public MediaInfo WithFields(FieldSample? fields)
    {
        var main = MainVideo;
        return this with
        {
            Video =
            [
                .. Video.Select(stream =>
                    stream == main ? stream with { Fields = fields } : stream
                ),
            ],
        };
    }
}

/// <param name="Index">The stream's index in the file, as <c>-map 0:INDEX</c> takes it.</param>
/// <param name="Width">Coded picture's width in pixels, before rotation and before non-square pixels are squared.</param>
/// <param name="Rotation">Clockwise degrees that the picture must be turned to be upright: 0, 90, 180 or 270.</param>
/// <param name="SampleAspectRatio">Pixel shape; 1 when unknown.</param>
/// <param name="FrameRate">Average frames per second; null when unknown.</param>
/// <param name="BaseFrameRate">ffprobe's <c>r_frame_rate</c>: the lowest rate that holds all time stamps; null when unknown.</param>
/// <param name="IsVariableFrameRate">
/// Whether frames may come at uneven times: the two rates differ by more than 1 %, and not as fields and frames do. A sign, no proof:
/// <see cref="FrameScan"/> knows.
/// </param>
/// <param name="FrameCount">Frames as the container counts them; null when it does not.</param>
/// <param name="FieldOrder">ffprobe's word: <c>progressive</c>, <c>tt</c>, <c>bb</c>, <c>tb</c>, <c>bt</c>; null when unknown.</param>
/// <param name="BitDepth">Bits per sample of luma, from the pixel format.</param>
/// <param name="Codec">ffmpeg's name, or <c>unknown</c>.</param>
/// <param name="IsAttachedPicture">A cover, a still or a strip of thumbnails: no moving picture.</param>
/// <param name="Duration">Of this stream alone, in seconds; null when unknown. Matroska's counts from zero, not from the first frame.</param>
/// <param name="HasClosedCaptions">CEA-608/708 captions inside the picture data.</param>
public sealed record VideoStream(
    int Index,
    string Codec,
    string? Profile,
    int? Level,
    int Width,
    int Height,
    int Rotation,
    Rational SampleAspectRatio,
    Rational? FrameRate,
    Rational? BaseFrameRate,
    bool IsVariableFrameRate,
    long? FrameCount,
    string? FieldOrder,
    string? PixelFormat,
    int BitDepth,
    ColourDescription Colour,
    double StartTime,
    double? Duration,
    long? BitRate,
    bool HasBFrames,
    bool HasClosedCaptions,
    bool IsDefault,
    bool IsAttachedPicture,
    string? Language,
    string? Title
)
{
    /// <summary>The container's own word for the codec (<c>avc1</c>, <c>vvc1</c>): what is left when the codec is unknown.</summary>
    public string? CodecTag { get; init; }

    /// <summary>Seconds per tick of the stream's time stamps.</summary>
    public Rational TimeBase { get; init; }

    /// <summary>Whether the display matrix also mirrors the picture; ffmpeg's automatic rotation does that too.</summary>
    public bool IsMirrored { get; init; }

    /// <summary>What the pictures say about fields; null where fields are out of the question.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FieldSample? Fields { get; init; }

    /// <summary>Width as shown: pixels squared, then turned upright.</summary>
    public int DisplayWidth => Rotation is 90 or 270 ? Height : SquaredWidth;

    /// <summary>Height as shown.</summary>
    public int DisplayHeight => Rotation is 90 or 270 ? SquaredWidth : Height;

    /// <summary>Coded width after non-square pixels are squared by stretching the width; at least 1.</summary>
    public int SquaredWidth => (int)Math.Max(1, SampleAspectRatio.RoundTimes(Width));
}

/// <summary>ffprobe's words for colour (<c>bt709</c>, <c>smpte2084</c>, <c>tv</c> …); null where the stream does not say.</summary>
/// <param name="Hdr"><c>hdr10</c>, <c>hdr10+</c>, <c>hlg</c>, <c>dolby-vision</c>, or null for standard range.</param>
/// <param name="DolbyVisionProfile">From the configuration record; null when there is none.</param>
/// <param name="DolbyVisionCompatibility">The base layer's compatibility id (0: none).</param>
/// <param name="MasteringDisplay">ffprobe's "Mastering display metadata" values, if any.</param>
public sealed record ColourDescription(
    string? Range,
    string? Primaries,
    string? Transfer,
    string? Matrix,
    string? Hdr,
    int? DolbyVisionProfile,
    int? DolbyVisionCompatibility,
    MasteringDisplay? MasteringDisplay,
    ContentLightLevel? ContentLightLevel
);

/// <summary>SMPTE ST 2086 values: chromaticities as fractions, luminance in cd/m².</summary>
public sealed record MasteringDisplay(
    double RedX,
    double RedY,
    double GreenX,
    double GreenY,
    double BlueX,
    double BlueY,
    double WhiteX,
    double WhiteY,
    double MinLuminance,
    double MaxLuminance
);

/// <summary>CTA-861.3 content light level, in cd/m².</summary>
public sealed record ContentLightLevel(int MaxContent, int MaxAverage);

/// <param name="Codec">ffmpeg's name, or <c>unknown</c>.</param>
/// <param name="SampleRate">Hz; 0 when unknown.</param>
/// <param name="Channels">0 when unknown.</param>
/// <param name="Language">As tagged, mostly ISO 639-2 (<c>eng</c>); null when absent or <c>und</c>.</param>
/// <param name="Layout">ffmpeg's layout name (<c>stereo</c>, <c>5.1(side)</c>); null when unknown.</param>
public sealed record AudioStream(
    int Index,
    string Codec,
    string? Profile,
    int SampleRate,
    int Channels,
    string? Layout,
    string? Language,
    string? Title,
    bool IsDefault,
    bool IsCommentary,
    bool IsVisualImpaired,
    bool IsHearingImpaired,
    double StartTime,
    double? Duration,
    long? BitRate
)
{
    /// <summary>The container's own word for the codec.</summary>
    public string? CodecTag { get; init; }

    /// <summary>A description meant to be mixed into another track by the receiver: nothing to listen to alone.</summary>
    public bool IsDependent { get; init; }
}

/// <param name="Codec">ffmpeg's name, or <c>unknown</c>.</param>
/// <param name="IsText">True for text that can become WebVTT; false for pictures of text.</param>
public sealed record SubtitleStream(
    int Index,
    string Codec,
    bool IsText,
    string? Language,
    string? Title,
    bool IsDefault,
    bool IsForced,
    bool IsHearingImpaired
)
{
    /// <summary>Codecs that ffmpeg 5.1 decodes to text.</summary>
    public static bool IsTextCodec(string codec) =>
        codec
            is "subrip"
                or "srt"
                or "ass"
                or "ssa"
                or "webvtt"
                or "mov_text"
                or "text"
                or "eia_608"
                or "microdvd"
                or "mpl2"
                or "jacosub"
                or "sami"
                or "realtext"
                or "stl"
                or "subviewer"
                or "subviewer1"
                or "vplayer"
                or "pjs";
}

/// <summary>A stream that is neither video, audio nor subtitles: data, attachments, time code.</summary>
public sealed record OtherStream(int Index, string Kind, string? Codec);
