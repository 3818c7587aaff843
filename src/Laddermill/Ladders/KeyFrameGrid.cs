using System.Collections.Immutable;
using System.Globalization;

namespace Laddermill.Ladders;

/// <summary>Segments that begin with key frames which are there already.</summary>
internal static class KeyFrameGrid
{
    /// <summary>Seconds by which a segment may be longer than asked (HLS Authoring Specification 7.7), when no earlier key frame will do.</summary>
    private const double Leeway = 0.5;

    /// <summary>Seconds; a segment shorter than this might hold no sound.</summary>
    private const double Shortest = 0.2;

    /// <param name="keys">Frames that a segment may begin with, ascending, the first 0.</param>
    /// <returns>Frames: the segments' starts and the film's end; or why there are none.</returns>
    public static (ImmutableArray<long> Segments, string? Trouble) Make(
        ImmutableArray<long> keys,
        long frames,
        double rate,
        SegmentSettings settings
    )
    {
        var target = settings.GopSeconds * settings.GopsPerSegment;
        // As the even grid has it, 6 s are 180 frames at 29.97.
        var asked = (long)Math.Round(settings.GopSeconds * rate) * settings.GopsPerSegment;
        var most = (long)Math.Floor((target + Leeway) * rate - 0.001);
        var sliver = (long)Math.Round(settings.GopSeconds * rate / 2);
        var segments = ImmutableArray.CreateBuilder<long>();
        var (start, next) = (0L, 0);
        while (frames - start > asked)
        {
            segments.Add(start);
            var chosen = -1L;
            for (; next < keys.Length && keys[next] - start <= most; next++)
            {
                if (keys[next] - start <= asked || chosen <= start)
                {
                    chosen = keys[next];
                }
            }
            if (chosen <= start)
            {
                if (frames - start <= most)
                {
                    segments.Add(frames);
                    return (segments.ToImmutable(), null);
                }
                var end = next < keys.Length ? keys[next] : frames;
                return (
                    [],
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"from its key frame at {start / rate:0.##} s to the next at {end / rate:0.##} s it is farther than a segment may be long ({target + Leeway:0.#} s)"
                    )
                );
            }
            // Keys between the chosen one and the limit are candidates of the next segment.
            next = keys.BinarySearch(chosen) + 1;
            start = chosen;
        }
        segments.Add(start);
        segments.Add(frames);
        var mended = Mended(segments, keys, sliver, most);
        return mended.Length > 2 && mended[^1] - mended[^2] < Shortest * rate
            ? ([], "its last key frame is too near to its end for a segment")
            : (mended, null);
    }

    /// <summary>A last segment shorter than half a GOP takes some of the one before it, where a key frame allows, or is one with it.</summary>
    private static ImmutableArray<long> Mended(
        ImmutableArray<long>.Builder segments,
        ImmutableArray<long> keys,
        long sliver,
        long most
    )
    {
        if (segments.Count > 2 && segments[^1] - segments[^2] < sliver)
        {
            var (before, end) = (segments[^3], segments[^1]);
            var better = keys.LastOrDefault(key => key - before >= sliver && end - key >= sliver);
            if (better > before)
            {
                segments[^2] = better;
            }
            else if (end - before <= most)
            {
                segments.RemoveAt(segments.Count - 2);
            }
        }
        return segments.ToImmutable();
    }
}
