using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>
/// Where segments begin and end, the same for all renditions: a list of boundaries, so that it need not be even. For video every boundary is a
/// whole number of frames, which is why no rendition can drift from another.
/// </summary>
/// <param name="Timescale">Ticks per second.</param>
/// <param name="UnitTicks">Ticks of one frame (video) or one access unit (audio-only sources).</param>
/// <param name="Boundaries">In ticks, from 0, ascending; one more than there are segments.</param>
public sealed record SegmentGrid(int Timescale, int UnitTicks, ImmutableArray<long> Boundaries)
{
    [JsonIgnore]
    public int SegmentCount => Boundaries.Length - 1;

    /// <summary>Seconds.</summary>
    [JsonIgnore]
    public double Duration => (double)Boundaries[^1] / Timescale;

    /// <summary>Seconds.</summary>
    [JsonIgnore]
    public double LongestSegment => (double)LongestTicks / Timescale;

    private long LongestTicks
    {
        get
        {
            var longest = 0L;
            for (var index = 0; index < SegmentCount; index++)
            {
                longest = Math.Max(longest, Boundaries[index + 1] - Boundaries[index]);
            }
            return longest;
        }
    }

    /// <summary>EXT-X-TARGETDURATION: no segment's duration, rounded to whole seconds, is larger (RFC 8216bis §4.4.3.1).</summary>
    [JsonIgnore]
    public int TargetDuration => (int)Math.Max(1, (LongestTicks + Timescale / 2) / Timescale);

    /// <summary>Segments between given frames, the first of which is 0 and the last one the film's end.</summary>
    public static SegmentGrid Along(ImmutableArray<long> frames, int unitTicks, int timescale) =>
        new(timescale, unitTicks, [.. frames.Select(frame => frame * unitTicks)]);

    /// <summary>
    /// The frames at which encoders begin their GOPs where segments differ in length, the ends of some segments: as few GOPs as are not longer than asked, of equal length within
    /// a frame.
    /// </summary>
    public ImmutableArray<long> GopStarts(int firstSegment, int segments, int gopUnits)
    {
        var starts = ImmutableArray.CreateBuilder<long>();
        for (var segment = firstSegment; segment < firstSegment + segments; segment++)
        {
            var first = Boundaries[segment] / UnitTicks;
            var units = Boundaries[segment + 1] / UnitTicks - first;
            var gops = (units + gopUnits - 1) / gopUnits;
            for (var gop = 0L; gop < gops; gop++)
            {
                starts.Add(first + units * gop / gops);
            }
        }
        return starts.ToImmutable();
    }

    /// <summary>
    /// Cuts <paramref name="units"/> frames into segments of <paramref name="gopsPerSegment"/> GOPs. A last segment shorter than half a GOP takes one
    /// GOP from the segment before it: a sliver of a few frames might hold no audio at all.
    /// </summary>
    public static SegmentGrid Even(
        long units,
        int unitTicks,
        int timescale,
        int gopUnits,
        int gopsPerSegment
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        var segmentUnits = (long)gopUnits * gopsPerSegment;
        var boundaries = ImmutableArray.CreateBuilder<long>();
        for (var start = 0L; start < units; start += segmentUnits)
        {
            boundaries.Add(start);
        }
        var last = units - boundaries[^1];
        if (boundaries.Count > 1 && last * 2 < gopUnits && gopsPerSegment > 1)
        {
            boundaries[^1] -= gopUnits;
        }
        boundaries.Add(units);
        return new SegmentGrid(
            timescale,
            unitTicks,
            [.. boundaries.Select(unit => unit * unitTicks)]
        );
    }

    /// <summary>
    /// The timescale in which frames of <paramref name="rate"/> are a whole number of ticks, fine enough (10 kHz or more) for players that
    /// round: 30000 for 29.97, 25000 for 25.
    /// </summary>
    public static (int Timescale, int FrameTicks) TimescaleFor(Rational rate)
    {
        var factor = 1;
        while (rate.Numerator * factor < 10_000)
        {
            factor *= 10;
        }
        return (checked((int)(rate.Numerator * factor)), checked((int)(rate.Denominator * factor)));
    }
}
