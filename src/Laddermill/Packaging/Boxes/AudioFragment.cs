namespace Laddermill.Packaging.Boxes;

/// <summary>Writes one moof and mdat of audio, where all packets are of the same duration and each can be decoded from.</summary>
internal static class AudioFragment
{
    private const uint DefaultBaseIsMoof = 0x020000;
    private const uint HasDefaultDuration = 0x08;
    private const uint HasDefaultFlags = 0x20;

    // ISO/IEC 14496-12 §8.8.3.1: sample_depends_on = 2, so a sync sample.
    private const uint DependsOnNoOther = 0x02000000;

    public static void Write(
        PooledBytes bytes,
        uint trackId,
        uint sequenceNumber,
        long start,
        uint packetDuration,
        IReadOnlyList<uint> sizes,
        ReadOnlySpan<byte> data
    )
    {
        var moof = bytes.Begin(FourCc.Moof);
        var box = bytes.Begin(FourCc.Mfhd, 0, 0);
        bytes.UInt32(sequenceNumber);
        bytes.End(box);

        var traf = bytes.Begin(FourCc.Traf);
        box = bytes.Begin(FourCc.Tfhd, 0, DefaultBaseIsMoof | HasDefaultDuration | HasDefaultFlags);
        bytes.UInt32(trackId);
        bytes.UInt32(packetDuration);
        bytes.UInt32(DependsOnNoOther);
        bytes.End(box);

        box = bytes.Begin(FourCc.Tfdt, 1, 0);
        bytes.UInt64((ulong)start);
        bytes.End(box);

        box = bytes.Begin(FourCc.Trun, 0, TrackRun.HasDataOffset | TrackRun.HasSize);
        bytes.UInt32((uint)sizes.Count);
        // From the moof's start to the mdat's payload: what is written, this field, the sizes, and the mdat's header.
        bytes.UInt32((uint)(bytes.Length - moof + 4 + 4 * sizes.Count + BoxHeader.ShortLength));
        foreach (var size in sizes)
        {
            bytes.UInt32(size);
        }
        bytes.End(box);
        bytes.End(traf);
        bytes.End(moof);

        var mdat = bytes.Begin(FourCc.Mdat);
        bytes.Append(data);
        bytes.End(mdat);
    }
}
