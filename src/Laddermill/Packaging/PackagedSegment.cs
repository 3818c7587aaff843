using System.Collections.Immutable;

namespace Laddermill.Packaging;

/// <summary>
/// What we measured of one media segment while its bytes passed by: everything that playlists and manifests say about it.
/// A segment holds whole fragments (one moof and one mdat each; for video one GOP each).
/// </summary>
/// <param name="Index">Position in the rendition, from 0; the file's name is this number.</param>
/// <param name="Start">Decode time of the first sample (tfdt), in ticks of the rendition's timescale.</param>
/// <param name="Duration">Ticks; exact, so that the next segment starts at Start + Duration.</param>
/// <param name="Bytes">Size of the whole file, <c>styp</c> included.</param>
/// <param name="KeyFrames">One for each fragment of a video segment that starts with an IDR frame; empty for audio.</param>
public sealed record PackagedSegment(
    int Index,
    long Start,
    long Duration,
    long Bytes,
    ImmutableArray<KeyFrameSpan> KeyFrames
);

/// <summary>
/// The bytes of one key frame inside its segment: from the start of its moof to the end of its first sample, which is what an
/// HLS I-frame playlist points at (HLS Authoring Specification 6.10: the moof must be included).
/// </summary>
/// <param name="Offset">Bytes from the start of the segment file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Start">Decode time of the fragment, in ticks.</param>
/// <param name="Duration">Ticks until the next key frame (or the end of the rendition).</param>
public sealed record KeyFrameSpan(long Offset, int Length, long Start, long Duration);
