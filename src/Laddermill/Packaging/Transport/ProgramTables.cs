using System.Buffers.Binary;

namespace Laddermill.Packaging.Transport;

/// <summary>The two tables that say what a transport stream holds, each as the payload of one packet: a pointer field and a section.</summary>
internal static class ProgramTables
{
    public const int AssociationPid = 0;
    public const int MapPid = 0x1000;
    public const int VideoPid = 0x100;
    public const int AudioPid = 0x101;

    // ISO/IEC 13818-1 Table 2-34.
    private const byte Avc = 0x1b;
    private const byte AdtsAac = 0x0f;

    /// <summary>The program association table (§2.4.4.4): one program, number 1.</summary>
    public static byte[] Association() =>
        Section(0x00, [0xe0 | MapPid >> 8, MapPid & 0xff], programNumberFirst: true);

    /// <summary>The program map table (§2.4.4.9). The clock is the video's, or the sound's where there is no video.</summary>
    public static byte[] Map(bool hasVideo, bool hasAudio)
    {
        var clock = hasVideo ? VideoPid : AudioPid;
        List<byte> content = [(byte)(0xe0 | clock >> 8), (byte)clock, 0xf0, 0];
        if (hasVideo)
        {
            content.AddRange(Stream(Avc, VideoPid));
        }
        if (hasAudio)
        {
            content.AddRange(Stream(AdtsAac, AudioPid));
        }
        return Section(0x02, [.. content], programNumberFirst: false);
    }

    private static byte[] Stream(byte type, int pid) =>
        [type, (byte)(0xe0 | pid >> 8), (byte)pid, 0xf0, 0];

    private static byte[] Section(byte table, ReadOnlySpan<byte> content, bool programNumberFirst)
    {
        // Table, length, id (of the stream, or of the program), version 0 and current, section 0 of 0: one of each.
        List<byte> section = [table, 0xb0, 0, 0, 1, 0xc1, 0, 0];
        if (programNumberFirst)
        {
            section.AddRange([0, 1]);
        }
        section.AddRange(content);
        section[2] = (byte)(section.Count - 3 + 4);
        Span<byte> check = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(check, Checksum([.. section]));
        section.AddRange(check);
        return [0, .. section];
    }

    /// <summary>CRC_32 (ISO/IEC 13818-1 Annex A): polynomial 0x04C11DB7, highest bit first, nothing inverted at the end.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> data)
    {
        var sum = 0xffffffffu;
        foreach (var value in data)
        {
            sum ^= (uint)value << 24;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 0x80000000) != 0 ? sum << 1 ^ 0x04c11db7 : sum << 1;
            }
        }
        return sum;
    }
}
