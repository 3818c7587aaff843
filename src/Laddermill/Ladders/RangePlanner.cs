using System.Collections.Immutable;

namespace Laddermill.Ladders;

/// <summary>Cuts the grid into the ranges that are encoded each from a fresh start, always the same for the same plan.</summary>
internal static class RangePlanner
{
    public static ImmutableArray<EncodeRange> Make(
        SegmentGrid grid,
        VideoPlan video,
        SourceTiming timing,
        int segmentsPerRange,
        List<Decision> decisions
    )
    {
        var count = timing.CanSeek
            ? Math.Max(1, (int)Math.Round((double)grid.SegmentCount / segmentsPerRange))
            : 1;
        if (!timing.CanSeek && grid.SegmentCount > segmentsPerRange)
        {
            decisions.Add(
                new Decision("ranges", $"one: {timing.WhyNoSeek}, so it is decoded in one go")
            );
        }
        else
        {
            decisions.Add(
                new Decision(
                    "ranges",
                    count == 1 ? "one: the film is short" : $"{count}, each encoded on its own"
                )
            );
        }
        var ranges = ImmutableArray.CreateBuilder<EncodeRange>(count);
        for (var index = 0; index < count; index++)
        {
            var first = index * segmentsPerRange;
            var next = index == count - 1 ? grid.SegmentCount : first + segmentsPerRange;
            var firstFrame = grid.Boundaries[first] / grid.UnitTicks;
            var frames = grid.Boundaries[next] / grid.UnitTicks - firstFrame;
            var seek =
                index == 0
                    ? (double?)null
                    : timing.SeekFor(video.Origin + firstFrame / video.FrameRate.ToDouble());
            ranges.Add(new EncodeRange(index, first, next - first, firstFrame, frames, seek));
        }
        return ranges.MoveToImmutable();
    }
}
