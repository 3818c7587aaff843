using System.Buffers.Binary;

namespace Laddermill.Packaging.Boxes;

/// <summary>A moov box with what ffmpeg gets wrong in its one sample entry put right.</summary>
internal static class MendedEntry
{
    /// <summary>Bytes from a sound sample entry's header to its number of channels (ISO/IEC 14496-12 §12.2.3).</summary>
    private const int ChannelCountOffset = 16;

    /// <summary>Bytes of a video sample entry in front of its boxes (ISO/IEC 14496-12 §12.1.3).</summary>
    private const int VideoFields = 78;

    /// <summary>
    /// ffmpeg writes two channels into the sample entry of every AAC track, as ISO/IEC 14496-12 once had it; CMAF 10.2 wants as many as the decoder
    /// configuration says.
    /// </summary>
    public static byte[] WithChannels(ReadOnlySpan<byte> moov, Box description, int channels)
    {
        var copy = moov.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(
            copy.AsSpan(description.PayloadOffset + ChannelCountOffset),
            (ushort)channels
        );
        return copy;
    }

    /// <summary>With another hvcC box in the sample entry.</summary>
    /// <param name="around">Where the boxes around it begin, the sample entry among them.</param>
    public static byte[] WithConfiguration(
        ReadOnlySpan<byte> moov,
        ReadOnlyMemory<byte> configuration,
        Box description,
        params int[] around
    )
    {
        var inside = new BoxReader(
            description.Payload[VideoFields..],
            description.PayloadOffset + VideoFields
        );
        var old = BoxReader.Find(inside, FourCc.Of("hvcC"), description.Type);
        byte[] changed =
        [
            .. moov[..old.PayloadOffset],
            .. configuration.Span,
            .. moov[(old.PayloadOffset + old.Payload.Length)..],
        ];
        foreach (var offset in (int[])[.. around, old.Offset])
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(changed.AsSpan(offset));
            if (size == 1)
            {
                throw new MalformedMediaException(
                    "A box of an init segment tells its size in 64 bits, which none needs."
                );
            }
            BinaryPrimitives.WriteUInt32BigEndian(
                changed.AsSpan(offset),
                (uint)(size + configuration.Length - old.Payload.Length)
            );
        }
        return changed;
    }
}
