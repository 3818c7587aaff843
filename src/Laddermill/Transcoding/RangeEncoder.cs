using System.Collections.Immutable;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Packaging;

namespace Laddermill.Transcoding;

/// <summary>Encodes one range of the video from a fresh start and stores its segments under their final names.</summary>
internal sealed class RangeEncoder(
    MediaInput input,
    Plan plan,
    string name,
    MediaSink sink,
    ProgressTracker progress
)
{
    private VideoPlan Video => plan.Video!;

    /// <exception cref="SourceEndedException">The source has fewer frames than the plan counts on.</exception>
    public async Task<Piece> EncodeAsync(EncodeRange range, CancellationToken cancellation)
    {
        try
        {
            return await EncodeOnceAsync(range, cancellation);
        }
        catch (SourceEndedException) when (range.SeekTo is not null)
        {
            // Either the source ends here, or decoding began too late: some files' indexes lie. From the very start there is no doubt.
            return await EncodeOnceAsync(range with { SeekTo = null }, cancellation);
        }
    }

    private async Task<Piece> EncodeOnceAsync(EncodeRange range, CancellationToken cancellation)
    {
        var results = await EncoderRun.ReadAllAsync(
            $"Encoding frames {range.FirstFrame} to {range.FirstFrame + range.FrameCount - 1} of {name} failed.",
            input,
            Video.Renditions.Length,
            addresses => EncodeArguments.ForRange(input, plan, range, addresses),
            (index, stream, token) => ReadAsync(Video.Renditions[index], range, stream, token),
            cancellation
        );
        var reached = results.Min(result => result.Reached);
        if (reached < range.FrameCount)
        {
            throw new SourceEndedException(range.FirstFrame + reached);
        }
        return new Piece(
            range.FirstFrame,
            range.FrameCount,
            [.. results.Select(result => result.Rendition!)]
        );
    }

    private async Task<(long Reached, PieceRendition? Rendition)> ReadAsync(
        VideoRendition rendition,
        EncodeRange range,
        Stream? stream,
        CancellationToken cancellation
    )
    {
        if (stream is null)
        {
            return (0, null);
        }
        var reader = new FragmentReader(stream);
        var init = await reader.ReadInitAsync(cancellation);
        var facts = await sink.StoreInitAsync(rendition.Name, init, cancellation);

        var grid = plan.Grid;
        var first = grid.Boundaries[range.FirstSegment];
        using var segmenter = new VideoSegmenter(
            rendition.Name,
            grid.Timescale,
            grid.Boundaries.Slice(range.FirstSegment, range.SegmentCount + 1),
            range.FirstSegment
        );
        var segments = ImmutableArray.CreateBuilder<PackagedSegment>(range.SegmentCount);
        var reached = first;
        var number = (uint)((first / grid.UnitTicks + Video.GopFrames - 1) / Video.GopFrames);
        while (await reader.ReadFragmentAsync(cancellation) is { } fragment)
        {
            using (fragment)
            {
                // Each range's encoder counts from 0; its place in the film is known here.
                fragment.Rebase(first + fragment.Start, ++number);
                reached = fragment.End;
                if (IsSourceEnd(reached, range))
                {
                    continue;
                }
                progress.Advance(
                    rendition.Name,
                    fragment.Duration / (double)grid.Timescale,
                    fragment.Bytes.Length
                );
                using var segment = segmenter.Add(fragment);
                if (segment is not null)
                {
                    await sink.StoreSegmentAsync(
                        rendition.Name,
                        segment,
                        OutputFolder.Media,
                        cancellation
                    );
                    segments.Add(segment.Facts);
                }
            }
        }
        return (
            (reached - first) / grid.UnitTicks,
            new PieceRendition(rendition.Name, facts, segments.ToImmutable())
        );
    }

    /// <summary>A fragment that ends off the GOP grid, before the range does, is the last that the source had.</summary>
    private bool IsSourceEnd(long reached, EncodeRange range)
    {
        var frame = reached / plan.Grid.UnitTicks;
        return frame < range.FirstFrame + range.FrameCount
            && (frame - range.FirstFrame) % Video.GopFrames != 0;
    }
}

/// <summary>The source ended before the plan does: it is shorter than it claims, or broken off.</summary>
internal sealed class SourceEndedException(long frames)
    : Exception($"The source ended after {frames} frames.")
{
    /// <summary>Frames that could be had, from the start of the film.</summary>
    public long Frames { get; } = frames;
}
