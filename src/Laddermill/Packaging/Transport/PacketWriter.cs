using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging.Transport;

/// <summary>
/// Cuts the payload of one PID into transport packets (ISO/IEC 13818-1 §2.4.3.2) and counts them. Counters begin at 0 with each segment; a segment that has
/// a multiple of 16 packets of each PID is therefore continued by any other, without knowing it.
/// </summary>
internal sealed class PacketWriter(PooledBytes bytes, int pid)
{
    public const int PacketLength = 188;
    private const int PayloadLength = PacketLength - 4;
    private const int Counters = 16;

    private const byte HasPayload = 0x10;
    private const byte HasAdaptation = 0x20;
    private const byte IsRandomAccess = 0x40;
    private const byte HasReference = 0x10;

    private int written;

    /// <summary>Packets with payload that were written; packets without are not counted (§2.4.3.3).</summary>
    public int Written => written;

    public bool IsAligned => written % Counters == 0;

    /// <param name="payload">A whole PES packet, or a pointer field and a whole section.</param>
    /// <param name="reference">Clock reference for the first packet, in ticks of 90 kHz.</param>
    /// <param name="isRandomAccess">Decoding can start here.</param>
    /// <param name="isLast">Spread over more packets than it needs, so that the number of packets becomes a multiple of 16.</param>
    public void Write(
        ReadOnlySpan<byte> payload,
        long? reference = null,
        bool isRandomAccess = false,
        bool isLast = false
    )
    {
        var adaptation =
            reference is not null ? 8
            : isRandomAccess ? 2
            : 0;
        var count =
            1
            + (Math.Max(0, payload.Length - PayloadLength + adaptation) + PayloadLength - 1)
                / PayloadLength;
        if (isLast)
        {
            count += (Counters - (written + count) % Counters) % Counters;
        }
        for (var isFirst = true; count > 0; count--, isFirst = false)
        {
            var room = PayloadLength - (isFirst ? adaptation : 0);
            // Each packet to come needs a byte, or it would not be counted.
            var length = Math.Min(room, payload.Length - (count - 1));
            var packet = Begin(isFirst, HasPayload, written++, PayloadLength - length);
            if (isFirst)
            {
                Describe(packet, reference, isRandomAccess);
            }
            payload[..length].CopyTo(packet[^length..]);
            payload = payload[length..];
        }
    }

    /// <summary>A packet that holds nothing but a clock reference.</summary>
    public void WriteReference(long reference) =>
        Describe(Begin(false, 0, written - 1, PayloadLength), reference, false);

    private Span<byte> Begin(bool isStart, byte control, int counter, int adaptation)
    {
        var packet = bytes.Extend(PacketLength);
        packet[0] = 0x47;
        packet[1] = (byte)((isStart ? 0x40 : 0) | pid >> 8);
        packet[2] = (byte)pid;
        packet[3] = (byte)(control | (adaptation > 0 ? HasAdaptation : 0) | counter & 15);
        if (adaptation > 0)
        {
            packet[4] = (byte)(adaptation - 1);
            packet.Slice(5, adaptation - 1).Fill(0xff);
            if (adaptation > 1)
            {
                packet[5] = 0;
            }
        }
        return packet;
    }

    private static void Describe(Span<byte> packet, long? reference, bool isRandomAccess)
    {
        if (isRandomAccess)
        {
            packet[5] |= IsRandomAccess;
        }
        if (reference is { } time)
        {
            packet[5] |= HasReference;
            // 33 bits of 90 kHz, six reserved ones, and nine of what a tick of 27 MHz is beyond: none (§2.4.3.5).
            var field = TransportClock.Written(time) << 15 | 0x7e00;
            for (var index = 0; index < 6; index++)
            {
                packet[6 + index] = (byte)(field >> (8 * (5 - index)));
            }
        }
    }
}
