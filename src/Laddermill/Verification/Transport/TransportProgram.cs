using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Laddermill.Verification.Transport;

/// <summary>Which PID holds what, by the first PAT and PMT of a segment, wherever they stand.</summary>
internal sealed record TransportProgram(
    int MapPid,
    int ClockPid,
    int? VideoPid,
    int? AudioPid,
    ImmutableArray<int> StreamTypes
)
{
    public const int Avc = 0x1b;
    public const int AdtsAac = 0x0f;

    /// <summary>Null when there is no such table, or its checksum is wrong.</summary>
    public static TransportProgram? Find(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> programs = Section(bytes, 0, 0);
        if (programs.Length < 4)
        {
            return null;
        }
        var mapPid = BinaryPrimitives.ReadUInt16BigEndian(programs[2..]) & 0x1fff;
        ReadOnlySpan<byte> map = Section(bytes, mapPid, 2);
        if (map.Length < 4)
        {
            return null;
        }
        var clock = BinaryPrimitives.ReadUInt16BigEndian(map) & 0x1fff;
        var rest = map[
            Math.Min(map.Length, 4 + (BinaryPrimitives.ReadUInt16BigEndian(map[2..]) & 0xfff))..
        ];
        var types = ImmutableArray.CreateBuilder<int>();
        int? video = null;
        int? audio = null;
        while (rest.Length >= 5)
        {
            var pid = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]) & 0x1fff;
            types.Add(rest[0]);
            if (rest[0] == Avc)
            {
                video ??= pid;
            }
            else if (rest[0] == AdtsAac)
            {
                audio ??= pid;
            }
            var length = 5 + (BinaryPrimitives.ReadUInt16BigEndian(rest[3..]) & 0xfff);
            rest = rest[Math.Min(rest.Length, length)..];
        }
        return new(mapPid, clock, video, audio, types.ToImmutable());
    }

    /// <summary>What stands between a section's head of eight bytes and its checksum; of a section within one packet.</summary>
    private static byte[]? Section(ReadOnlySpan<byte> bytes, int pid, byte table)
    {
        for (
            var offset = 0;
            offset + TransportPacket.Length <= bytes.Length;
            offset += TransportPacket.Length
        )
        {
            var packet = new TransportPacket(bytes.Slice(offset, TransportPacket.Length), offset);
            if (packet.Pid != pid || !packet.IsStart || packet.Payload.Length < 1)
            {
                continue;
            }
            var section = packet.Payload[Math.Min(packet.Payload.Length, 1 + packet.Payload[0])..];
            if (section.Length < 12 || section[0] != table)
            {
                return null;
            }
            var length = 3 + (BinaryPrimitives.ReadUInt16BigEndian(section[1..]) & 0xfff);
            // Over a section and its checksum, the sum comes out as 0 (ISO/IEC 13818-1 Annex A).
            return length is >= 12 && length <= section.Length && Sum(section[..length]) == 0
                ? section[8..(length - 4)].ToArray()
                : null;
        }
        return null;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var carry = (sum >> 31) ^ (uint)(value >> bit & 1);
                sum = sum << 1 ^ (carry == 0 ? 0 : 0x04c11db7u);
            }
        }
        return sum;
    }
}
