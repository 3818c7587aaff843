using System.Collections.Immutable;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>The frames of a steady stream by their numbers: which follow which, and where it can be cut so that nothing on either side is missed on the other.</summary>
/// <param name="Starts">Numbers of the frames with which a piece may begin, ascending; the first is 0.</param>
/// <param name="ReorderFrames">By how many frames a picture is decoded beyond its turn at most.</param>
/// <param name="Bytes">Up to each frame in order of decoding: one entry more than there are frames.</param>
internal sealed record FrameOrder(
    ImmutableArray<long> Starts,
    int ReorderFrames,
    ImmutableArray<long> Bytes
)
{
    /// <returns>Null when some frame is missing, doubled or between two places.</returns>
    public static FrameOrder? Of(CodedVideo coded, double origin, Rational rate)
    {
        var (tick, frames) = (coded.TimeBase.ToDouble(), coded.Frames);
        var isTaken = new bool[frames.Length];
        var starts = ImmutableArray.CreateBuilder<long>();
        var bytes = ImmutableArray.CreateBuilder<long>(frames.Length + 1);
        bytes.Add(0);
        var (reorder, latest) = (0L, -1L);
        for (var index = 0; index < frames.Length; index++)
        {
            var number = (long)Math.Round((frames[index].Shown * tick - origin) * rate.ToDouble());
            if (number < 0 || number >= frames.Length || isTaken[number])
            {
                return null;
            }
            isTaken[number] = true;
            reorder = Math.Max(reorder, index - number);
            // All before it in the file are shown before it, and, there being no gaps, all after it later.
            if (frames[index].IsKey && number == index && latest == index - 1)
            {
                starts.Add(number);
            }
            latest = Math.Max(latest, number);
            bytes.Add(bytes[^1] + frames[index].Bytes);
        }
        return starts is [0, ..]
            ? new FrameOrder(starts.ToImmutable(), (int)reorder, bytes.MoveToImmutable())
            : null;
    }

    /// <summary>Over the runs of segments that players measure by: half the longest segment and more.</summary>
    public long PeakBitrate(ImmutableArray<long> segments, double rate)
    {
        var longest = segments.Zip(segments.Skip(1), (from, to) => to - from).Max();
        var peak = Rate(0, segments[^1]);
        for (var first = 0; first < segments.Length - 1; first++)
        {
            for (var last = first + 1; last < segments.Length; last++)
            {
                var length = segments[last] - segments[first];
                if (2 * length > 3 * longest)
                {
                    break;
                }
                if (2 * length >= longest)
                {
                    peak = Math.Max(peak, Rate(segments[first], segments[last]));
                }
            }
        }
        return peak;

        long Rate(long from, long to) =>
            (long)Math.Ceiling((Bytes[(int)to] - Bytes[(int)from]) * 8 * rate / (to - from));
    }
}
