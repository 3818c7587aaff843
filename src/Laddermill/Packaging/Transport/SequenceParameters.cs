using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging.Transport;

/// <summary>As much of an H.264 sequence parameter set (ITU-T H.264 §7.3.2.1.1) as packaging needs.</summary>
/// <param name="IsFrames">Whether all pictures are coded as frames, none as fields (frame_mbs_only_flag).</param>
/// <param name="ReorderFrames">
/// max_num_reorder_frames (§E.2.1): how many pictures may come before one in decoding order and after it when shown; null when it is not said.
/// </param>
internal sealed record SequenceParameters(bool IsFrames, int? ReorderFrames)
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

    /// <exception cref="MalformedMediaException">It is cut off, or holds what cannot be.</exception>
    public static SequenceParameters Read(ReadOnlySpan<byte> unit)
    {
        var bits = new BitReader(NalUnits.Unescaped(unit));
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
        var isFrames = bits.Read(1) == 1;
        if (!isFrames)
        {
            bits.Read(1);
        }
        bits.Read(1);
        if (bits.Read(1) == 1)
        {
            Skip(ref bits, 4);
        }
        return new SequenceParameters(
            isFrames,
            bits.Read(1) == 1 ? FindReorderFrames(ref bits) : null
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
}
