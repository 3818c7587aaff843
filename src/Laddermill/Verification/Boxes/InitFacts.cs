using System.Collections.Immutable;
using Laddermill.Verification.Bitstreams;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Boxes;

/// <summary>What an init segment says, read from its bytes.</summary>
/// <param name="Brands">Of <c>ftyp</c>: the major one first.</param>
/// <param name="Boxes">Types of the boxes at file level, in order.</param>
/// <param name="Extended">Track ids of the <c>trex</c> boxes.</param>
/// <param name="Problem">Why the boxes cannot be read; null when they can.</param>
public sealed record InitFacts(
    string Path,
    long Bytes,
    ImmutableArray<string> Brands,
    ImmutableArray<string> Boxes,
    ImmutableArray<TrackFacts> Tracks,
    ImmutableArray<uint> Extended,
    string? Problem
) : FileFacts(Path, Bytes)
{
    /// <summary>The only track; null when there are none or several.</summary>
    public TrackFacts? Track => Tracks is [var only] ? only : null;
}

/// <param name="Handler">From <c>hdlr</c>: <c>vide</c>, <c>soun</c>, <c>text</c> …</param>
/// <param name="Timescale">Ticks per second, from <c>mdhd</c>.</param>
/// <param name="Width">Of <c>tkhd</c>: pixels as shown.</param>
/// <param name="SampleEntry">Of <c>stsd</c>: <c>avc1</c>, <c>hvc1</c>, <c>av01</c>, <c>mp4a</c> …</param>
/// <param name="Codec">RFC 6381 string derived from the decoder configuration; null when it cannot be.</param>
/// <param name="Samples">Samples that the init segment itself claims to hold (must be none).</param>
/// <param name="HasLoudness">Whether there is a <c>ludt</c> box.</param>
/// <param name="Defaults">Of the track's <c>trex</c>.</param>
public sealed record TrackFacts(
    uint Id,
    string Handler,
    uint Timescale,
    int Width,
    int Height,
    string SampleEntry,
    string? Codec,
    VideoEntry? Video,
    AudioEntry? Audio,
    ImmutableArray<Edit> Edits,
    long Samples,
    bool HasLoudness,
    SampleDefaults Defaults
)
{
    /// <summary>Ticks by which the edit list moves the media's start on the presentation's time line: media at this time is shown at 0.</summary>
    public long EditShift => Edits.Where(edit => edit.MediaTime > 0).Sum(edit => edit.MediaTime);
}

/// <param name="Width">Of the sample entry: pixels as coded.</param>
/// <param name="NalLengthBytes">Bytes of the length in front of each NAL unit; 0 for codecs without.</param>
/// <param name="HasParameterSets">Whether the configuration holds all that decoding needs (SPS and PPS, VPS for HEVC, the sequence header for AV1).</param>
/// <param name="Declared">Profile and level as the configuration record says them.</param>
/// <param name="Picture">As the sequence parameters in the bitstream say it; null when they cannot be read.</param>
public sealed record VideoEntry(
    int Width,
    int Height,
    int NalLengthBytes,
    bool HasParameterSets,
    ProfileLevel Declared,
    PictureFacts? Picture
)
{
    /// <summary>HEVC: whether the configuration says that no parameter sets of any kind are elsewhere (array_completeness).</summary>
    public bool IsComplete { get; init; }
}

/// <param name="Channels">Of the sample entry.</param>
/// <param name="SampleRate">Of the sample entry, in Hz.</param>
/// <param name="Config">What the decoder's own configuration says; null where there is none to read.</param>
public sealed record AudioEntry(int Channels, int SampleRate, AudioConfig? Config);

/// <summary>One entry of an edit list.</summary>
/// <param name="Duration">In ticks of the movie's timescale; 0 means to the end in a fragmented file.</param>
/// <param name="MediaTime">In ticks of the track's timescale; -1 for an empty edit.</param>
public sealed record Edit(long Duration, long MediaTime);

/// <summary>What a sample is unless its fragment says otherwise (<c>trex</c>).</summary>
public readonly record struct SampleDefaults(uint Duration, uint Size, uint Flags);
