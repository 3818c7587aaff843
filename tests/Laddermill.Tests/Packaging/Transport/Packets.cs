using System.Buffers.Binary;

namespace Laddermill.Tests.Packaging.Transport;

/// <summary>One transport packet as the standard lays it out (ISO/IEC 13818-1 §2.4.3.2), read without the muxer's help.</summary>
internal sealed record Packet(int Pid, bool IsStart, int Counter, long? Reference, byte[] Payload)
{
    public static List<Packet> Of(ReadOnlyMemory<byte> stream)
    {
        Assert.Equal(0, stream.Length % 188);
        return
        [
            .. Enumerable
                .Range(0, stream.Length / 188)
                .Select(index => Read(stream.Span.Slice(index * 188, 188))),
        ];
    }

    private static Packet Read(ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(0x47, bytes[0]);
        var pid = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]) & 0x1fff;
        var (hasAdaptation, hasPayload) = ((bytes[3] & 0x20) != 0, (bytes[3] & 0x10) != 0);
        var body = hasAdaptation ? 5 + bytes[4] : 4;
        Assert.InRange(body, 4, hasPayload ? 187 : 188);
        long? reference = null;
        if (hasAdaptation && bytes[4] > 0 && (bytes[5] & 0x10) != 0)
        {
            var high =
                (long)BinaryPrimitives.ReadUInt32BigEndian(bytes[6..]) << 1 | (uint)bytes[10] >> 7;
            var low = (bytes[10] & 1) << 8 | bytes[11];
            reference = high * 300 + low;
        }
        return new(
            pid,
            (bytes[1] & 0x40) != 0,
            bytes[3] & 15,
            reference,
            hasPayload ? bytes[body..].ToArray() : []
        );
    }
}
