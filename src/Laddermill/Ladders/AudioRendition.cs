using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Laddermill.Ladders;

/// <param name="Name">Folder name, <c>audio-eng-2ch</c>.</param>
/// <param name="Bitrate">bit/s.</param>
/// <param name="Language">BCP 47 tag; null when unknown.</param>
/// <param name="Label">What a player's menu shows; the same for all renditions of a track.</param>
/// <param name="Roles">DASH roles.</param>
public sealed record AudioRendition(
    string Name,
    int StreamIndex,
    int Bitrate,
    int SampleRate,
    int Channels,
    string? Language,
    string Label,
    bool IsDefault,
    ImmutableArray<string> Roles,
    double Origin
)
{
    /// <summary>Samples in one AAC-LC access unit.</summary>
    public const int FrameSamples = 1024;

    public AudioMix Mix { get; init; }

    /// <summary>What to bring the sound to; null: as loud as the source.</summary>
    public LoudnessTarget? Loudness { get; init; }

    /// <summary>ffmpeg's name of the channels and their order.</summary>
    [JsonIgnore]
    public string Layout =>
        Channels switch
        {
            1 => "mono",
            2 => "stereo",
            // Not 5.1(side), for which ffmpeg's AAC encoder writes a layout that players do not know.
            _ => "5.1",
        };

    /// <summary>Access units that cover <paramref name="grid"/>: as long as the video, or longer by less than one.</summary>
    public long FramesFor(SegmentGrid grid)
    {
        var samples = (Int128)grid.Boundaries[^1] * SampleRate;
        var unit = (Int128)grid.Timescale * FrameSamples;
        return (long)((samples + unit - 1) / unit);
    }

    /// <summary>Samples of the film: what the source has behind them is left out.</summary>
    public long LengthOf(SegmentGrid grid) =>
        (long)((Int128)grid.Boundaries[^1] * SampleRate / grid.Timescale);

    /// <summary>Samples that the encoder is given, silence at the end included: one access unit more than is published, as it overlaps each with the next.</summary>
    public long SamplesFor(SegmentGrid grid) => (FramesFor(grid) + 1) * FrameSamples;
}

/// <summary>How a track's channels become the rendition's.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AudioMix>))]
public enum AudioMix
{
    /// <summary>Each in its place; mono goes to both sides.</summary>
    [JsonStringEnumMemberName("as-is")]
    AsIs,

    /// <summary>More channels than the rendition has, mixed by ITU-R BS.775: centre and surrounds 3 dB down, low frequencies left out of stereo; peaks limited.</summary>
    [JsonStringEnumMemberName("down")]
    Down,

    /// <summary>So many channels that nobody says where they belong: the first two.</summary>
    [JsonStringEnumMemberName("first-two")]
    FirstTwo,
}

/// <param name="Integrated">EBU R128 programme loudness, LUFS.</param>
/// <param name="Peak">Highest true peak, dBTP.</param>
public sealed record LoudnessTarget(double Integrated, double Peak);
