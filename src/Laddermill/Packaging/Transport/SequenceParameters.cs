using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging.Transport;

/// <summary>Reads as much of an H.264 sequence parameter set (ITU-T H.264 §7.3.2.1.1) as a transport stream needs.</summary>
internal static class SequenceParameters
{
    private const int ExtendedSampleAspectRatio = 255;

    private static readonly int[] WithChroma =
    [
        44,
        83,
        86,
        100,
        110,
        118,
        122,
        128,
        138,
        139,
        134,
        135,
        244,
    ];

    /// <summary>max_num_reorder_frames (§E.2.1): how many pictures may come before one in decoding order and after it when shown.</summary>
    /// <exception cref="MalformedMediaException">It is not said; then nobody knows how early decoding must begin.</exception>
    public static int ReorderFrames(ReadOnlySpan<byte> unit)
    {
        var bits = new BitReader(Unescaped(unit));
        bits.Read(8);
        var profile = bits.Read(8);
        bits.Read(16);
        Unsigned(ref bits);
        if (WithChroma.Contains(profile))
        {
            SkipChroma(ref bits);
        }
        Unsigned(ref bits);
        SkipOrderCount(ref bits);
        Unsigned(ref bits);
        bits.Read(1);
        Unsigned(ref bits);
        Unsigned(ref bits);
        if (bits.Read(1) == 0)
        {
            bits.Read(1);
        }
        bits.Read(1);
        if (bits.Read(1) == 1)
        {
            Skip(ref bits, 4);
        }
        return bits.Read(1) == 1 && FindReorderFrames(ref bits) is { } frames
            ? frames
            : throw new MalformedMediaException(
                "The pictures' sequence parameter set does not say how far they are reordered (max_num_reorder_frames)."
            );
    }

    /// <summary>The video usability information, up to its end (§E.1.1).</summary>
    private static int? FindReorderFrames(ref BitReader bits)
    {
        if (bits.Read(1) == 1 && bits.Read(8) == ExtendedSampleAspectRatio)
        {
            bits.Read(16);
            bits.Read(16);
        }
        if (bits.Read(1) == 1)
        {
            bits.Read(1);
        }
        if (bits.Read(1) == 1)
        {
            bits.Read(4);
            if (bits.Read(1) == 1)
            {
                bits.Read(24);
            }
        }
        if (bits.Read(1) == 1)
        {
            Skip(ref bits, 2);
        }
        if (bits.Read(1) == 1)
        {
            for (var half = 0; half < 4; half++)
            {
                bits.Read(16);
            }
            bits.Read(1);
        }
        var hasDecoder = SkipReferenceDecoder(ref bits) | SkipReferenceDecoder(ref bits);
        if (hasDecoder)
        {
            bits.Read(1);
        }
        bits.Read(1);
        if (bits.Read(1) == 0)
        {
            return null;
        }
        bits.Read(1);
        Skip(ref bits, 4);
        return Unsigned(ref bits);
    }

    /// <summary>Parameters of the hypothetical reference decoder (§E.1.2).</summary>
    private static bool SkipReferenceDecoder(ref BitReader bits)
    {
        if (bits.Read(1) == 0)
        {
            return false;
        }
        var count = Unsigned(ref bits) + 1;
        bits.Read(8);
        for (; count > 0; count--)
        {
            Skip(ref bits, 2);
            bits.Read(1);
        }
        bits.Read(20);
        return true;
    }

    private static void SkipChroma(ref BitReader bits)
    {
        var format = Unsigned(ref bits);
        if (format == 3)
        {
            bits.Read(1);
        }
        Skip(ref bits, 2);
        bits.Read(1);
        if (bits.Read(1) == 0)
        {
            return;
        }
        for (var list = 0; list < (format == 3 ? 12 : 8); list++)
        {
            if (bits.Read(1) == 1)
            {
                SkipScalingList(ref bits, list < 6 ? 16 : 64);
            }
        }
    }

    private static void SkipScalingList(ref BitReader bits, int size)
    {
        var (last, next) = (8, 8);
        for (var index = 0; index < size && next != 0; index++)
        {
            next = (last + Signed(ref bits)) & 255;
            last = next == 0 ? last : next;
        }
    }

    private static void SkipOrderCount(ref BitReader bits)
    {
        switch (Unsigned(ref bits))
        {
            case 0:
                Unsigned(ref bits);
                break;
            case 1:
                bits.Read(1);
                Skip(ref bits, 2);
                Skip(ref bits, Unsigned(ref bits));
                break;
        }
    }

    private static void Skip(ref BitReader bits, int count)
    {
        for (; count > 0; count--)
        {
            Unsigned(ref bits);
        }
    }

    /// <summary>An Exp-Golomb code (§9.1).</summary>
    private static int Unsigned(ref BitReader bits)
    {
        var zeros = 0;
        while (bits.Read(1) == 0)
        {
            if (++zeros > 30)
            {
                throw new MalformedMediaException("A parameter set holds a number that cannot be.");
            }
        }
        return (1 << zeros) - 1 + bits.Read(zeros);
    }

    private static int Signed(ref BitReader bits)
    {
        var code = Unsigned(ref bits);
        return (code & 1) == 1 ? (code >> 1) + 1 : -(code >> 1);
    }

    /// <summary>Without the bytes that keep start codes out of a NAL unit (§7.3.1).</summary>
    private static byte[] Unescaped(ReadOnlySpan<byte> unit)
    {
        var bytes = new List<byte>(unit.Length);
        var zeros = 0;
        foreach (var value in unit)
        {
            if (zeros == 2 && value == 3)
            {
                zeros = 0;
                continue;
            }
            zeros = value == 0 ? zeros + 1 : 0;
            bytes.Add(value);
        }
        return [.. bytes];
    }
}
