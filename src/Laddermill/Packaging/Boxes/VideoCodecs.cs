using System.Globalization;
using System.Numerics;

namespace Laddermill.Packaging.Boxes;

internal readonly record struct VideoCodec(string Codec, int Profile, int Level, bool IsHighTier);

/// <summary>RFC 6381 strings for video, from the codec configuration box of the sample entry.</summary>
internal static class VideoCodecs
{
    /// <summary><c>avc1.PPCCLL</c>: profile, constraints and level of avcC in hexadecimal (ISO/IEC 14496-15 Annex E).</summary>
    public static VideoCodec Avc(uint type, FieldReader avcC)
    {
        avcC.Skip(1);
        var (profile, constraints, level) = (avcC.Byte(), avcC.Byte(), avcC.Byte());
        return new VideoCodec(
            $"{FourCc.Text(type)}.{profile:x2}{constraints:x2}{level:x2}",
            profile,
            level,
            false
        );
    }

    /// <summary><c>hvc1.P.C.TL.B…</c> (ISO/IEC 14496-15 Annex E.3).</summary>
    public static VideoCodec Hevc(uint type, FieldReader hvcC)
    {
        hvcC.Skip(1);
        var first = hvcC.Byte();
        var (space, isHighTier, profile) = (first >> 6, (first & 0x20) != 0, first & 0x1f);
        var compatibility = Reverse(hvcC.UInt32());
        var constraints = hvcC.Take(6).TrimEnd((byte)0);
        var level = hvcC.Byte();
        var codec = string.Create(
            CultureInfo.InvariantCulture,
            $"{FourCc.Text(type)}.{(space == 0 ? "" : "ABC"[space - 1])}{profile}.{compatibility:X}.{(isHighTier ? 'H' : 'L')}{level}"
        );
        foreach (var constraint in constraints)
        {
            codec += $".{constraint:X}";
        }
        return new VideoCodec(codec, profile, level, isHighTier);
    }

    /// <summary>
    /// <c>av01.P.LLT.DD</c>, with the seven optional fields when the colours are described (AV1 in ISOBMFF §5).
    /// </summary>
    public static VideoCodec Av1(FieldReader av1C, Cicp? colour)
    {
        av1C.Skip(1);
        var (first, second) = (av1C.Byte(), av1C.Byte());
        var (profile, level, isHighTier) = (first >> 5, first & 0x1f, (second & 0x80) != 0);
        var isHighDepth = (second & 0x40) != 0;
        var isTwelveBit = profile == 2 && (second & 0x20) != 0;
        var depth =
            !isHighDepth ? 8
            : isTwelveBit ? 12
            : 10;
        var codec = string.Create(
            CultureInfo.InvariantCulture,
            $"av01.{profile}.{level:00}{(isHighTier ? 'H' : 'M')}.{depth:00}"
        );
        if (colour is { } c)
        {
            var (monochrome, x, y, position) = (
                second >> 4 & 1,
                second >> 3 & 1,
                second >> 2 & 1,
                second & 3
            );
            codec += string.Create(
                CultureInfo.InvariantCulture,
                $".{monochrome}.{x}{y}{position}.{c.Primaries:00}.{c.Transfer:00}.{c.Matrix:00}.{(c.IsFullRange ? 1 : 0)}"
            );
        }
        return new VideoCodec(codec, profile, level, isHighTier);
    }

    /// <summary><c>vp09.PP.LL.DD.CC.cp.tc.mc.FF</c> (VP codec ISO media file format binding).</summary>
    public static VideoCodec Vp9(FieldReader vpcC)
    {
        vpcC.VersionAndFlags();
        var (profile, level, packed) = (vpcC.Byte(), vpcC.Byte(), vpcC.Byte());
        var (primaries, transfer, matrix) = (vpcC.Byte(), vpcC.Byte(), vpcC.Byte());
        var codec = string.Create(
            CultureInfo.InvariantCulture,
            $"vp09.{profile:00}.{level:00}.{packed >> 4:00}.{packed >> 1 & 7:00}.{primaries:00}.{transfer:00}.{matrix:00}.{packed & 1:00}"
        );
        return new VideoCodec(codec, profile, level, false);
    }

    private static uint Reverse(uint bits)
    {
        var reversed = 0u;
        for (; bits != 0; bits &= bits - 1)
        {
            reversed |= 0x80000000u >> BitOperations.TrailingZeroCount(bits);
        }
        return reversed;
    }
}
