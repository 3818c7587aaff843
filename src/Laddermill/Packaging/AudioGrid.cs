using System.Collections.Immutable;
using Laddermill.Media;

namespace Laddermill.Packaging;

/// <summary>
/// Which packets of an audio rendition make which segment. Packets have a fixed length (1024 samples for AAC) that almost never divides a video segment, so
/// each boundary is the packet boundary nearest to the video's.
/// </summary>
/// <param name="Timescale">Ticks per second; the sample rate.</param>
/// <param name="PacketDuration">Ticks.</param>
/// <param name="Boundaries">Packet numbers where segments begin, from 0, and at last the number of packets.</param>
public sealed record AudioGrid(int Timescale, int PacketDuration, ImmutableArray<long> Boundaries)
{
    /// <summary>
    /// Follows the video's boundaries (the first is 0), given in ticks of 1/<paramref name="timescale"/> s. Audio ends with the first packet boundary at or after the
    /// video's end. A segment that would have no packet is joined with the one before.
    /// </summary>
    public static AudioGrid Along(
        ImmutableArray<long> boundaries,
        int timescale,
        int sampleRate,
        int packetDuration
    )
    {
        var packetsPerTick = new Rational(sampleRate, (long)timescale * packetDuration);
        var total = Ceiling(packetsPerTick, boundaries[^1]);
        var packets = ImmutableArray.CreateBuilder<long>(boundaries.Length);
        packets.Add(0);
        foreach (var boundary in boundaries.AsSpan(1, boundaries.Length - 2))
        {
            var nearest = packetsPerTick.RoundTimes(boundary);
            if (nearest > packets[^1] && nearest < total)
            {
                packets.Add(nearest);
            }
        }
        packets.Add(total);
        return new AudioGrid(sampleRate, packetDuration, packets.DrainToImmutable());
    }

    /// <summary>
    /// For each segment of the video, the segment of this grid that begins with it; null where there is none, as its sound was joined with what comes before.
    /// </summary>
    /// <inheritdoc cref="Along"/>
    public ImmutableArray<int?> BesideVideo(ImmutableArray<long> boundaries, int timescale)
    {
        var packetsPerTick = new Rational(Timescale, (long)timescale * PacketDuration);
        var beside = ImmutableArray.CreateBuilder<int?>(boundaries.Length - 1);
        var next = 0;
        foreach (var boundary in boundaries.AsSpan(0, boundaries.Length - 1))
        {
            var isBeginning =
                next < Boundaries.Length - 1
                && Boundaries[next] == packetsPerTick.RoundTimes(boundary);
            beside.Add(isBeginning ? next++ : null);
        }
        return beside.DrainToImmutable();
    }

    private static long Ceiling(Rational factor, long ticks) =>
        (long)(((Int128)factor.Numerator * ticks + factor.Denominator - 1) / factor.Denominator);
}
