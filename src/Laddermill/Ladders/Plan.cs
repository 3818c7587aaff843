using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>
/// Everything that will be made of one source, decided before any work starts: the ladder, the segment grid, the ranges. A value: equal
/// sources and profiles give equal plans, whoever makes them, and a worker needs nothing else to encode a range.
/// </summary>
/// <param name="Video">Null for sources without a moving picture.</param>
/// <param name="Audio">One rendition for each audio track that is kept; empty when there is none.</param>
/// <param name="Ranges">The pieces of the film, in order, that encoders make each from a fresh start. Empty without video.</param>
/// <param name="Decisions">Why it is so, in words.</param>
public sealed record Plan(
    string Profile,
    SegmentGrid Grid,
    VideoPlan? Video,
    ImmutableArray<AudioRendition> Audio,
    ImmutableArray<EncodeRange> Ranges,
    ThumbnailPlan? Thumbnail,
    ImmutableArray<Decision> Decisions
)
{
    /// <summary>What is made once more as MPEG-TS, without encoding it again; null when the profile does not ask for it.</summary>
    public ImmutableArray<TransportRendition>? Transport { get; init; }

    /// <summary>One rendition for each track of text that is kept; empty when there is none.</summary>
    public ImmutableArray<SubtitleRendition> Subtitles { get; init; } = [];

    /// <summary>Pieces of the film that stand for it when it is tried out, in order.</summary>
    [JsonIgnore]
    public ImmutableArray<SampleRange> Samples { get; init; } = [];

    /// <summary>Length of what is published, in seconds.</summary>
    [JsonIgnore]
    public double Duration => Grid.Duration;

    public string ToJson() => JsonSerializer.Serialize(this, PlanJson.Default.Plan);
}

/// <summary>One decision and its reason, for people.</summary>
/// <param name="Subject">What it is about, such as <c>frame rate</c> or <c>rung 1080p</c>.</param>
public sealed record Decision(string Subject, string Reason)
{
    /// <summary>Whether viewers miss something that the source has, because nothing here can read it: a warning goes with the job.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLoss { get; init; }
}

/// <param name="StreamIndex">The source's stream, as <c>-map 0:INDEX</c> takes it.</param>
/// <param name="FrameRate">Steady rate of all renditions, frames/s.</param>
/// <param name="Frames">Frames in each rendition.</param>
/// <param name="GopFrames">Frames from key frame to key frame; where the grid follows the source, at most so many.</param>
/// <param name="Origin">The source's time, in seconds, that becomes 0 in what is published.</param>
/// <param name="CanSeek">
/// Whether ranges are entered by seeking in the source's own time stamps; otherwise the source is decoded in one go from its start.
/// </param>
/// <param name="StartsAtFirstFrame">
/// Whether time 0 is the first frame that comes out of the decoder, because the container knows no time for it.
/// </param>
/// <param name="Picture">What is done to the picture before it is scaled.</param>
public sealed record VideoPlan(
    int StreamIndex,
    Rational FrameRate,
    long Frames,
    int GopFrames,
    double Origin,
    bool CanSeek,
    bool StartsAtFirstFrame,
    PictureProcessing Picture,
    RateControl RateControl,
    double BufferSeconds,
    ImmutableArray<VideoRendition> Renditions
)
{
    /// <summary>Frames at the end that repeat the last picture, because the sound goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long HeldFrames { get; init; }

    /// <summary>
    /// Whether the grid follows the key frames of the source, whose stream is the first rendition, as the best rung or beside all of them; then segments, and the GOPs in them, differ in length.
    /// </summary>
    [JsonIgnore]
    public bool IsCopied => Renditions.Any(rendition => rendition.Copied is not null);

    /// <summary>CEA-608/708 captions that stay inside the picture data; null when there are none.</summary>
    public ClosedCaptions? Captions { get; init; }
}

/// <param name="Channel">CEA-608 channel, <c>CC1</c> to <c>CC4</c>.</param>
/// <param name="Language">BCP 47 tag; null when unknown.</param>
/// <param name="Label">What a player's menu shows.</param>
public sealed record ClosedCaptions(string Channel, string? Language, string Label);

/// <param name="Fields">How fields become whole frames; null when the frames are whole.</param>
/// <param name="ToneMapping">How high dynamic range becomes standard range; null when it is standard.</param>
/// <param name="Matrix">swscale's name of the source's colour matrix: <c>bt709</c>, <c>bt601</c>, <c>bt2020</c>; of RGB, which has none, that of the renditions.</param>
/// <param name="FullRange">Whether the source's samples use all code values.</param>
public sealed record PictureProcessing(
    FieldOrder? Fields,
    ToneMapping? ToneMapping,
    string Matrix,
    bool FullRange
)
{
    /// <summary>Primaries of a wider gamut than BT.709's, by zscale's name, that must be brought into it: <c>bt2020</c>, <c>smpte432</c>; else null.</summary>
    public string? WidePrimaries { get; init; }

    /// <summary>Whether pixels may be transparent; they are laid on black.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>Whether samples change their meaning (matrix, range, depth, chroma grid), which is done with care for the last code value.</summary>
    public bool IsConverted { get; init; }
}

/// <summary>Which field of a frame is the earlier one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FieldOrder>))]
public enum FieldOrder
{
    /// <summary>As each frame's own flag says.</summary>
    [JsonStringEnumMemberName("as-flagged")]
    AsFlagged,

    [JsonStringEnumMemberName("top-first")]
    TopFirst,

    [JsonStringEnumMemberName("bottom-first")]
    BottomFirst,
}

/// <param name="Transfer">The source's curve: <c>smpte2084</c> (PQ, of HDR10) or <c>arib-std-b67</c> (HLG).</param>
/// <param name="Peak">The brightest light that must still be told from the next, cd/m².</param>
public sealed record ToneMapping(string Transfer, int Peak);

/// <summary>One video rendition of this source: a rung of the profile in the source's shape.</summary>
/// <param name="Name">Folder name, <c>video-1080p</c>.</param>
/// <param name="MaxBitrate">Cap (or constant rate), bit/s.</param>
/// <param name="Level">H.264 (or HEVC) level times ten: 40 is level 4.0.</param>
public sealed record VideoRendition(
    string Name,
    int Width,
    int Height,
    int MaxBitrate,
    double Crf,
    string Preset,
    ImmutableArray<string> EncoderOptions,
    int Threads,
    int Level
)
{
    /// <summary>The source's own stream, which is not encoded again: then quality, preset and threads are without effect. Else null.</summary>
    public CopiedStream? Copied { get; init; }
}

/// <summary>What is known of a stream that is copied.</summary>
/// <param name="PeakBitrate">The highest over a segment, of its pictures alone, bit/s.</param>
/// <param name="ReorderFrames">By how many frames a picture may be decoded beyond its turn.</param>
public sealed record CopiedStream(int PeakBitrate, int ReorderFrames)
{
    /// <summary>Whether ranges are entered in the middle of a GOP, for want of an index: then a decoder's first complaints say nothing of the stream.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEnteredAnywhere { get; init; }

    /// <summary>Left out of the text while it is H.264.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CopiedCodec Codec { get; init; }

    /// <summary>HLS's word for its curve, where it has a high dynamic range: <c>PQ</c>, <c>HLG</c>; else null.</summary>
    public string? VideoRange { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<CopiedCodec>))]
public enum CopiedCodec
{
    [JsonStringEnumMemberName("h264")]
    H264,

    [JsonStringEnumMemberName("hevc")]
    Hevc,
}

/// <param name="Name">Folder name, <c>ts-video-1080p</c>.</param>
/// <param name="Video">Name of the video rendition whose pictures it takes; null for sound alone.</param>
/// <param name="Audio">Name of the audio rendition whose sound is inside; null without sound.</param>
public sealed record TransportRendition(string Name, string? Video, string? Audio);

/// <param name="FirstFrame">Counted in frames of the plan's rate from the start of what is published.</param>
/// <param name="SeekTo">Source time in seconds to start decoding at (the key frame before it is found by ffmpeg); null: its start.</param>
public sealed record EncodeRange(
    int Index,
    int FirstSegment,
    int SegmentCount,
    long FirstFrame,
    long FrameCount,
    double? SeekTo
)
{
    /// <summary>One ffmpeg 5.1 with the default ladder keeps about so many cores busy: its filters and submissions share one thread.</summary>
    public const int Cores = 2;
}

/// <param name="SeekTo">Source time in seconds, whose key frame is the first; null: the film's start.</param>
public sealed record SampleRange(long FrameCount, double? SeekTo);

/// <param name="SourceTime">Seconds in the source's own time.</param>
public sealed record ThumbnailPlan(int StreamIndex, double SourceTime, int Width, int Height);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Plan))]
internal sealed partial class PlanJson : JsonSerializerContext;
