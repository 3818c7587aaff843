using System.Buffers.Binary;

namespace Laddermill.Verification.Transport;

/// <summary>One transport packet (ISO/IEC 13818-1 §2.4.3.2).</summary>
internal readonly ref struct TransportPacket
{
    public const int Length = 188;

    public TransportPacket(ReadOnlySpan<byte> bytes, long offset)
    {
        Offset = offset;
        Pid = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]) & 0x1fff;
        IsStart = (bytes[1] & 0x40) != 0;
        Counter = bytes[3] & 15;
        var body = bytes[4..];
        IsRight = bytes[0] == 0x47 && (bytes[1] & 0x80) == 0;
        if ((bytes[3] & 0x20) != 0)
        {
            var length = 1 + body[0];
            IsRight &= length <= body.Length;
            var field = body[1..Math.Min(length, body.Length)];
            if (field.Length >= 7 && (field[0] & 0x10) != 0)
            {
                var high =
                    (long)BinaryPrimitives.ReadUInt32BigEndian(field[1..]) << 1
                    | (long)field[5] >> 7;
                Reference = high * 300 + ((field[5] & 1) << 8 | field[6]);
            }
            body = body[Math.Min(length, body.Length)..];
        }
        Payload = (bytes[3] & 0x10) != 0 ? body : [];
        HasPayload = (bytes[3] & 0x10) != 0;
    }

    public bool IsRight { get; }

    public long Offset { get; }

    public int Pid { get; }

    public bool IsStart { get; }

    public int Counter { get; }

    public bool HasPayload { get; }

    /// <summary>Program clock reference in ticks of 27 MHz.</summary>
    public long? Reference { get; }

    public ReadOnlySpan<byte> Payload { get; }
}
