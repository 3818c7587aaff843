using System.Collections.Immutable;
using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging;

/// <summary>
/// Puts fragments of one video rendition together to segments, exactly along the segment grid. It works on the whole film or on a range of
/// it; fragments come in order, already rebased to the film's time.
/// </summary>
public sealed class VideoSegmenter : IDisposable
{
    private readonly string rendition;
    private readonly int timescale;
    private readonly ImmutableArray<long> boundaries;
    private readonly int firstIndex;
    private readonly ImmutableArray<KeyFrameSpan>.Builder keyFrames =
        ImmutableArray.CreateBuilder<KeyFrameSpan>();
    private PooledBytes? content;
    private long reached;
    private int segment;

    /// <param name="rendition">Name for messages, such as <c>video-1080p</c>.</param>
    /// <param name="timescale">Ticks per second of fragments and boundaries.</param>
    /// <param name="boundaries">
    /// Where the segments begin, in ticks of the film's time, and at last where the last one ends: one more than there are segments.
    /// </param>
    /// <param name="firstIndex">The index of the first segment in the film.</param>
    public VideoSegmenter(
        string rendition,
        int timescale,
        ImmutableArray<long> boundaries,
        int firstIndex = 0
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(boundaries.Length, 2);
        for (var i = 1; i < boundaries.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(boundaries[i], boundaries[i - 1]);
        }
        (this.rendition, this.timescale) = (rendition, timescale);
        (this.boundaries, this.firstIndex) = (boundaries, firstIndex);
        reached = boundaries[0];
    }

    /// <summary>
    /// Adds the next fragment, and returns the segment that it completes, or null. The segment has the fragment's bytes, so that the caller may dispose the
    /// fragment.
    /// </summary>
    /// <exception cref="OffGridException">
    /// The fragment leaves a gap, overlaps, crosses a boundary, does not start with a key frame, or is shown earlier or later than it is decoded.
    /// </exception>
    public MediaSegment? Add(Fragment fragment)
    {
        ThrowIfOffGrid(fragment);
        content ??= NewContent(fragment);
        keyFrames.Add(
            new KeyFrameSpan(
                content.Length,
                fragment.First.Offset + fragment.First.Size,
                fragment.Start,
                fragment.Duration
            )
        );
        content.Append(fragment.Bytes.Span);
        reached = fragment.End;
        return reached == boundaries[segment + 1] ? Finish(content) : null;
    }

    /// <summary>To be called when the encoder has ended.</summary>
    /// <exception cref="OffGridException">The last boundary was not reached.</exception>
    public void Complete()
    {
        if (reached < boundaries[^1])
        {
            throw OffGrid(
                $"the encoder stopped {boundaries[^1] - reached} ticks of 1/{timescale} s before the end of the range."
            );
        }
    }

    public void Dispose() => content?.Dispose();

    private void ThrowIfOffGrid(Fragment fragment)
    {
        if (fragment.Start != reached)
        {
            throw OffGrid(
                $"the next fragment starts at tick {fragment.Start}, but {reached} was expected (1/{timescale} s)."
            );
        }
        if (segment == boundaries.Length - 1)
        {
            throw OffGrid("the encoder went on after the end of the range.");
        }
        if (!fragment.First.IsSync)
        {
            throw OffGrid("a fragment does not start with a key frame.");
        }
        if (fragment.FirstPresentationTime != fragment.Start)
        {
            throw OffGrid(
                $"a fragment is shown from tick {fragment.FirstPresentationTime}, but decoded from {fragment.Start} (1/{timescale} s)."
            );
        }
        if (fragment.End > boundaries[segment + 1])
        {
            throw OffGrid(
                $"a fragment ends at tick {fragment.End}, beyond the segment boundary at {boundaries[segment + 1]} (1/{timescale} s)."
            );
        }
    }

    private OffGridException OffGrid(string problem) =>
        new(rendition, (double)reached / timescale, problem);

    private PooledBytes NewContent(Fragment fragment)
    {
        // The first fragment is a fair guess of its sisters' size.
        var gops =
            (boundaries[segment + 1] - boundaries[segment]) / Math.Max(1, fragment.Duration) + 1;
        var guess = Math.Min(gops * fragment.Bytes.Length, 8 << 20);
        var bytes = new PooledBytes((int)guess);
        Brands.WriteSegmentType(bytes);
        return bytes;
    }

    private MediaSegment Finish(PooledBytes bytes)
    {
        var facts = new PackagedSegment(
            firstIndex + segment,
            boundaries[segment],
            reached - boundaries[segment],
            bytes.Length,
            keyFrames.DrainToImmutable()
        );
        segment++;
        content = null;
        return new MediaSegment(facts, bytes);
    }
}
