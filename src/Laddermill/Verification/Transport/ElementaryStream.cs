using System.Buffers;

namespace Laddermill.Verification.Transport;

/// <summary>What lies behind a PES packet's header, and its times.</summary>
internal readonly ref struct PesPacket(long? shown, long? decoded, ReadOnlySpan<byte> data)
{
    /// <summary>PTS; null when it is not said, or the header is wrong.</summary>
    public long? Shown { get; } = shown;

    public long? Decoded { get; } = decoded ?? shown;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>ISO/IEC 13818-1 §2.4.3.6.</summary>
    public static PesPacket Read(ReadOnlySpan<byte> bytes)
    {
        if (
            bytes is not [0, 0, 1, _, _, _, _, var flags, var length, ..]
            || bytes.Length < 9 + length
        )
        {
            return default;
        }
        var said = bytes[4] << 8 | bytes[5];
        if (said != 0 && said != bytes.Length - 6)
        {
            return default;
        }
        long? shown = (flags & 0x80) != 0 && length >= 5 ? Time(bytes[9..]) : null;
        long? decoded = (flags & 0x40) != 0 && length >= 10 ? Time(bytes[14..]) : null;
        return new(shown, decoded, bytes[(9 + length)..]);
    }

    private static long Time(ReadOnlySpan<byte> field) =>
        (long)(field[0] >> 1 & 7) << 30
        | (long)field[1] << 22
        | (long)(field[2] >> 1) << 15
        | (long)field[3] << 7
        | (long)(field[4] >> 1);
}

/// <summary>Gathers the PES packets of one PID.</summary>
internal sealed class ElementaryStream
{
    private readonly ArrayBufferWriter<byte> packet = new();

    public ReadOnlySpan<byte> Packet => packet.WrittenSpan;

    /// <summary>Where the PES packet begins in the file.</summary>
    public long Start { get; private set; } = -1;

    /// <summary>Behind its last transport packet so far.</summary>
    public long End { get; private set; }

    public bool IsOpen => Start >= 0;

    public void Begin(long offset)
    {
        packet.ResetWrittenCount();
        Start = offset;
    }

    public void Append(ReadOnlySpan<byte> payload, long end)
    {
        packet.Write(payload);
        End = end;
    }
}
