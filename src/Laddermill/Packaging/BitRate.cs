using System.Collections.Immutable;

namespace Laddermill.Packaging;

/// <summary>The rate of a rendition as it was measured, in bit/s, container included.</summary>
/// <param name="Peak">The highest of any run of segments (RFC 8216bis §4.1, "peak segment bit rate").</param>
/// <param name="Average">All bytes over the whole duration; 0 while nobody knows.</param>
public readonly record struct BitRate(long Peak, long Average)
{
    /// <summary>The rate of a rendition's media segments.</summary>
    public static BitRate Of(Track track, int targetDuration) =>
        track.Cap is { } cap
            ? new BitRate(cap, 0)
            : Of(
                [.. track.Segments.Select(s => new Piece(s.Bytes, s.Duration))],
                track.Timescale,
                targetDuration
            );

    /// <summary>The rate of its key frames alone, each shown until the next.</summary>
    public static BitRate OfKeyFrames(VideoTrack track, int targetDuration) =>
        track.Cap is { } cap
            ? new BitRate(cap, 0)
            : Of(
                [
                    .. track
                        .Segments.SelectMany(s => s.KeyFrames)
                        .Select(k => new Piece(k.Length, k.Duration)),
                ],
                track.Timescale,
                targetDuration
            );

    public static BitRate operator +(BitRate left, BitRate right) =>
        new(left.Peak + right.Peak, left.Average + right.Average);

    /// <summary>
    /// The peak is taken over each contiguous run that is 0.5 to 1.5 times the target duration long. Media of which no run is that long is one run.
    /// </summary>
    private static BitRate Of(ImmutableArray<Piece> pieces, int timescale, int targetDuration)
    {
        var all = pieces.Aggregate(default(Piece), (sum, piece) => sum + piece);
        var peak = 0L;
        for (var first = 0; first < pieces.Length; first++)
        {
            var run = default(Piece);
            for (var last = first; last < pieces.Length; last++)
            {
                run += pieces[last];
                if (2 * run.Duration > 3L * targetDuration * timescale)
                {
                    break;
                }
                if (2 * run.Duration >= (long)targetDuration * timescale)
                {
                    peak = Math.Max(peak, run.BitsPerSecond(timescale));
                }
            }
        }
        var average = all.BitsPerSecond(timescale);
        return new BitRate(peak == 0 ? average : peak, average);
    }

    private readonly record struct Piece(long Bytes, long Duration)
    {
        public static Piece operator +(Piece left, Piece right) =>
            new(left.Bytes + right.Bytes, left.Duration + right.Duration);

        /// <summary>Rounded up, so that what is declared is never less than what is there.</summary>
        public long BitsPerSecond(int timescale) =>
            Duration == 0 ? 0 : (long)(((Int128)Bytes * 8 * timescale + Duration - 1) / Duration);
    }
}
