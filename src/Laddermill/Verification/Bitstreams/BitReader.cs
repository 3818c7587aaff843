namespace Laddermill.Verification.Bitstreams;

/// <summary>
/// Reads the bits of a parameter set. Past the end every bit is 0 and <see cref="IsShort"/> is set: the bytes are hostile.
/// </summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;

    public bool IsShort { get; private set; }

    public uint Bit()
    {
        if (position >= bytes.Length * 8)
        {
            IsShort = true;
            return 0;
        }
        var bit = (uint)(bytes[position >> 3] >> (7 - (position & 7))) & 1;
        position++;
        return bit;
    }

    public bool Flag() => Bit() == 1;

    /// <param name="count">At most 32.</param>
    public uint Bits(int count)
    {
        uint value = 0;
        for (var index = 0; index < count; index++)
        {
            value = (value << 1) | Bit();
        }
        return value;
    }

    public void Skip(int count)
    {
        for (var index = 0; index < count; index++)
        {
            Bit();
        }
    }

    /// <summary>Unsigned Exp-Golomb, <c>ue(v)</c> (ITU-T H.264 §9.1).</summary>
    public uint Golomb()
    {
        var zeros = 0;
        while (zeros < 32 && !IsShort && !Flag())
        {
            zeros++;
        }
        return zeros >= 32 ? uint.MaxValue : (1u << zeros) - 1 + Bits(zeros);
    }

    /// <summary>Signed Exp-Golomb, <c>se(v)</c>.</summary>
    public int SignedGolomb()
    {
        var code = (long)Golomb();
        return (int)(code % 2 == 0 ? -(code / 2) : (code + 1) / 2);
    }

    /// <summary>Unsigned LEB128 without a limit check beyond 8 bytes, <c>leb128()</c> (AV1 §4.10.5), byte aligned.</summary>
    public uint Leb128()
    {
        ulong value = 0;
        for (var index = 0; index < 8; index++)
        {
            var part = Bits(8);
            value |= (ulong)(part & 0x7F) << (index * 7);
            if ((part & 0x80) == 0)
            {
                break;
            }
        }
        return (uint)Math.Min(value, uint.MaxValue);
    }

    /// <summary>Variable length code of AV1, <c>uvlc()</c>: as <see cref="Golomb"/>.</summary>
    public uint Uvlc() => Golomb();

    /// <summary>A NAL unit's payload with the emulation prevention bytes taken out (ITU-T H.264 §7.4.1).</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> nal)
    {
        var plain = new byte[nal.Length];
        var (length, zeros) = (0, 0);
        foreach (var value in nal)
        {
            if (zeros >= 2 && value == 3)
            {
                zeros = 0;
                continue;
            }
            zeros = value == 0 ? zeros + 1 : 0;
            plain[length++] = value;
        }
        return plain[..length];
    }
}
