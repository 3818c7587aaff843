using System.Buffers.Binary;
using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging;

/// <summary>
/// One moof and its mdat, side by side in pooled memory; for video one GOP. Whoever gets it disposes it, after which its bytes must not be used.
/// Times are in ticks of the init segment's timescale.
/// </summary>
public sealed class Fragment : IDisposable
{
    private readonly int length;
    private readonly FragmentLayout layout;
    private byte[] rented;

    internal Fragment(byte[] rented, int length, SampleDefaults defaults, uint trackId)
    {
        layout = FragmentLayout.Parse(rented.AsSpan(0, length), defaults, trackId);
        (this.rented, this.length) = (rented, length);
        Start = layout.BaseDecodeTime;
        SequenceNumber = layout.SequenceNumber;
    }

    public ReadOnlyMemory<byte> Bytes => rented.AsMemory(0, length);

    /// <summary>Bytes of the moof box.</summary>
    public int MoofLength => layout.MoofLength;

    public uint SequenceNumber { get; private set; }

    /// <summary>Decode time of the first sample (tfdt).</summary>
    public long Start { get; private set; }

    public long Duration => layout.Duration;

    public long End => Start + Duration;

    public int SampleCount => layout.SampleCount;

    public Sample First => layout.First with { DecodeTime = Start };

    /// <summary>The smallest presentation time of any sample.</summary>
    public long FirstPresentationTime => Start + layout.FirstPresentationOffset;

    /// <summary>The samples in decode order; enumerating allocates nothing.</summary>
    public SampleEnumerator GetEnumerator() => new(rented.AsSpan(0, length), layout, Start);

    public ReadOnlySpan<byte> DataOf(Sample sample) => rented.AsSpan(sample.Offset, sample.Size);

    /// <summary>
    /// Moves the fragment in time and order, in place: ranges of one film are encoded apart, and each encoder counts from 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time does not fit the fragment's tfdt box.</exception>
    public void Rebase(long baseDecodeTime, uint sequenceNumber)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(baseDecodeTime);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            baseDecodeTime,
            long.MaxValue / 2 - Duration
        );
        var time = rented.AsSpan(layout.BaseDecodeTimeOffset);
        if (layout.HasLongDecodeTime)
        {
            BinaryPrimitives.WriteInt64BigEndian(time, baseDecodeTime);
        }
        else
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(baseDecodeTime, uint.MaxValue);
            BinaryPrimitives.WriteUInt32BigEndian(time, (uint)baseDecodeTime);
        }
        BinaryPrimitives.WriteUInt32BigEndian(
            rented.AsSpan(layout.SequenceNumberOffset),
            sequenceNumber
        );
        (Start, SequenceNumber) = (baseDecodeTime, sequenceNumber);
    }

    public void Dispose()
    {
        if (rented.Length > 0)
        {
            MediaMemory.Pool.Return(rented);
            rented = [];
        }
    }
}
