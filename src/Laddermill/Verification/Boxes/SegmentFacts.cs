using System.Collections.Immutable;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Boxes;

/// <summary>What a media segment holds, read from its bytes. Times are in ticks of the track's timescale.</summary>
/// <param name="Brands">Of <c>styp</c>; empty without one.</param>
/// <param name="IndexedBytes">Bytes that <c>sidx</c> says each reference has; empty without one.</param>
/// <param name="Problem">The first thing that is wrong with the boxes; null when nothing is.</param>
public sealed record SegmentFacts(
    string Path,
    long Bytes,
    ImmutableArray<string> Brands,
    ImmutableArray<long> IndexedBytes,
    ImmutableArray<FragmentFacts> Fragments,
    string? Problem
) : FileFacts(Path, Bytes)
{
    /// <summary>Decode time of the first sample.</summary>
    public long Start => Fragments.IsEmpty ? 0 : Fragments[0].Start;

    /// <summary>Sum over all samples.</summary>
    public long Duration
    {
        get
        {
            long sum = 0;
            foreach (var fragment in Fragments)
            {
                sum += fragment.Duration;
            }
            return sum;
        }
    }

    public long Samples
    {
        get
        {
            long sum = 0;
            foreach (var fragment in Fragments)
            {
                sum += fragment.Samples;
            }
            return sum;
        }
    }
}

/// <summary>One moof with its mdat.</summary>
/// <param name="Offset">Of the moof, in bytes from the start of the file.</param>
/// <param name="Bytes">Of moof and mdat together.</param>
/// <param name="Sequence">Of <c>mfhd</c>.</param>
/// <param name="TrackId">Of <c>tfhd</c>.</param>
/// <param name="TrackFragments">Number of <c>traf</c> boxes.</param>
/// <param name="Start">Of <c>tfdt</c>.</param>
/// <param name="Duration">Sum over the samples of <c>trun</c>.</param>
/// <param name="PresentationStart">The earliest time at which a sample is shown, before the edit list.</param>
/// <param name="PresentationEnd">The latest end of a sample shown, before the edit list.</param>
/// <param name="ShortestSample">Ticks.</param>
/// <param name="LongestSample">Ticks.</param>
/// <param name="FirstSampleEnd">End of the first sample, in bytes from the start of the file.</param>
/// <param name="IsFlaggedSync">Whether the first sample is flagged as one that decoding can start at.</param>
/// <param name="IsKeyFrame">Whether decoding can begin with the first sample by its own bytes, and all that follows is shown later; true for audio.</param>
/// <param name="IsInstant">Whether it is an IDR picture.</param>
/// <param name="FillsData">Whether the samples cover the mdat without a gap, an overlap or a rest.</param>
/// <param name="HasSignedOffsets">Whether composition offsets are signed (<c>trun</c> version 1).</param>
/// <param name="HasCaptions">Whether a picture carries CEA-608/708 captions.</param>
/// <param name="HasParameterSets">Whether there are parameter sets among the samples of HEVC.</param>
public sealed record FragmentFacts(
    long Offset,
    long Bytes,
    uint Sequence,
    uint TrackId,
    int TrackFragments,
    long Start,
    long Duration,
    int Samples,
    long PresentationStart,
    long PresentationEnd,
    long ShortestSample,
    long LongestSample,
    long FirstSampleEnd,
    bool IsFlaggedSync,
    bool IsKeyFrame,
    bool IsInstant,
    bool FillsData,
    bool HasSignedOffsets,
    bool HasCaptions,
    bool HasParameterSets
);
