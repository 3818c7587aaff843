using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging.Transport;

/// <summary>The header of a PES packet (ISO/IEC 13818-1 §2.4.3.6), which carries the times.</summary>
internal static class PesHeader
{
    public const int Longest = 19;
    private const byte VideoStream = 0xe0;
    private const byte AudioStream = 0xc0;

    /// <summary>For one coded frame. The length is left open, as only video in a transport stream may, for frames are larger than it could say.</summary>
    public static void WriteVideo(PooledBytes bytes, long shown, long decoded)
    {
        var isTwice = shown != decoded;
        Start(bytes, VideoStream, 0, isTwice ? (byte)0xc0 : (byte)0x80, isTwice ? 10 : 5);
        Time(bytes.Extend(5), isTwice ? 3 : 2, shown);
        if (isTwice)
        {
            Time(bytes.Extend(5), 1, decoded);
        }
    }

    /// <param name="length">Bytes of payload that follow.</param>
    public static void WriteAudio(PooledBytes bytes, long shown, int length)
    {
        Start(bytes, AudioStream, 3 + 5 + length, 0x80, 5);
        Time(bytes.Extend(5), 2, shown);
    }

    private static void Start(
        PooledBytes bytes,
        byte stream,
        int length,
        byte times,
        int timeLength
    )
    {
        // The fourth byte from the end: marker bits, and that a frame begins right behind the header (data_alignment_indicator).
        bytes.Append([
            0,
            0,
            1,
            stream,
            (byte)(length >> 8),
            (byte)length,
            0x84,
            times,
            (byte)timeLength,
        ]);
    }

    /// <summary>33 bits in three pieces, each behind a mark.</summary>
    private static void Time(Span<byte> field, int prefix, long time)
    {
        var bits = TransportClock.Written(time);
        field[0] = (byte)(prefix << 4 | (int)(bits >> 29) & 0x0e | 1);
        field[1] = (byte)(bits >> 22);
        field[2] = (byte)(bits >> 14 | 1);
        field[3] = (byte)(bits >> 7);
        field[4] = (byte)(bits << 1 | 1);
    }
}
