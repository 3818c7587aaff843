using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Laddermill.Ladders;

/// <summary>
/// A named set of choices: which renditions, how they are encoded and cut. What each field means, its unit and its limits are told in
/// <c>profiles.json</c>, where the built-in profiles live; <see cref="ProfileReader"/> refuses anything else.
/// </summary>
public sealed record Profile(
    string Name,
    string Description,
    SourceSettings Source,
    SegmentSettings Segments,
    VideoSettings Video,
    AudioSettings Audio,
    SubtitleSettings Subtitles,
    ThumbnailSettings Thumbnail
)
{
    /// <summary>What one film may cost by the estimate, in the currency of the prices; 0: whatever it costs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double MaxCost { get; init; }
}

public sealed record SourceSettings(double LeastDecoded);

public sealed record SegmentSettings(double GopSeconds, int GopsPerSegment, int SegmentsPerRange)
{
    /// <summary>Left out of the canonical text while it is false: a job that does not ask for it keeps the id that it always had.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TransportStream { get; init; }

    /// <summary>Whether viewers may begin before all is made. No part of the canonical text: what is made in the end is the same.</summary>
    [JsonIgnore]
    public bool Progressive { get; init; }
}

public sealed record VideoSettings(
    string Codec,
    RateControl RateControl,
    double BufferSeconds,
    int MinFrameRate,
    int MaxFrameRate,
    ImmutableArray<Rung> Rungs
)
{
    /// <summary>Left out of the canonical text while it is never: a profile that does not know the field keeps the ids of its jobs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Passthrough Passthrough { get; init; }

    /// <summary>Whether quality and caps are fitted to each film by samples of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PerTitle { get; init; }

    /// <summary>Whether a source that is HEVC is published as it is, too, beside the ladder. Left out of the canonical text while it is never, as above.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Passthrough HevcPassthrough { get; init; }
}

/// <summary>Whether the source's own stream may be a rendition.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Passthrough>))]
public enum Passthrough
{
    /// <summary>Everything is encoded.</summary>
    [JsonStringEnumMemberName("never")]
    Never,

    /// <summary>It is copied where it is what an encoder would have to make.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,
}

[JsonConverter(typeof(JsonStringEnumConverter<RateControl>))]
public enum RateControl
{
    /// <summary>Constant quality under a cap: easy pictures take fewer bits.</summary>
    [JsonStringEnumMemberName("capped-crf")]
    CappedCrf,

    /// <summary>The cap all the time, whatever the picture needs.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,
}

/// <summary>One step of the ladder as the profile asks for it; the plan turns it into a rendition of the source's shape.</summary>
public sealed record Rung(
    string Name,
    int Width,
    int Height,
    int MaxBitrate,
    double Crf,
    string Preset,
    ImmutableArray<string> EncoderOptions,
    int Threads
);

/// <param name="Surround"><c>5.1</c> or <c>none</c>.</param>
public sealed record AudioSettings(
    string Codec,
    int Bitrate,
    int SampleRate,
    int Channels,
    string Surround,
    int SurroundBitrate,
    LoudnessSettings Loudness
);

/// <param name="Mode"><c>ebu-r128</c> or <c>off</c>.</param>
/// <param name="Target">LUFS.</param>
/// <param name="Peak">dBTP.</param>
public sealed record LoudnessSettings(string Mode, double Target, double Peak);

/// <param name="Tracks"><c>all</c> or <c>none</c>.</param>
/// <param name="Languages">BCP 47 tags; empty: every language.</param>
public sealed record SubtitleSettings(string Tracks, ImmutableArray<string> Languages);

public sealed record ThumbnailSettings(double AtSeconds, int MaxWidth, int MaxHeight);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Profile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
