using Laddermill.Media;

namespace Laddermill.Verification.Bitstreams;

/// <summary>Reads a sequence parameter set of H.264 (ITU-T H.264 §7.3.2.1 and Annex E).</summary>
internal static class H264Parameters
{
    // Table E-1: sample aspect ratios by aspect_ratio_idc.
    private static readonly int[] AspectWidths =
    [
        1,
        1,
        12,
        10,
        16,
        40,
        24,
        20,
        32,
        80,
        18,
        15,
        64,
        160,
        4,
        3,
        2,
    ];
    private static readonly int[] AspectHeights =
    [
        1,
        1,
        11,
        11,
        11,
        33,
        11,
        11,
        11,
        33,
        11,
        11,
        33,
        99,
        3,
        2,
        1,
    ];

    /// <summary>Null when the set is cut short or says impossible things.</summary>
    /// <param name="nal">With its one-byte header.</param>
    public static PictureFacts? Read(ReadOnlySpan<byte> nal)
    {
        if (nal.Length < 5 || (nal[0] & 0x1F) != 7)
        {
            return null;
        }
        var reader = new BitReader(BitReader.Unescape(nal[1..]));
        var profile = (int)reader.Bits(8);
        reader.Skip(8);
        var level = (int)reader.Bits(8);
        reader.Golomb();
        var (chroma, depth, separatePlanes) = (1, 8, false);
        if (profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128)
        {
            chroma = (int)reader.Golomb();
            separatePlanes = chroma == 3 && reader.Flag();
            depth = 8 + (int)reader.Golomb();
            reader.Golomb();
            reader.Skip(1);
            SkipScalingLists(ref reader, chroma);
        }
        reader.Golomb();
        SkipPictureOrder(ref reader);
        reader.Golomb();
        reader.Skip(1);
        var width = ((long)reader.Golomb() + 1) * 16;
        var mapHeight = ((long)reader.Golomb() + 1) * 16;
        var framesOnly = reader.Flag();
        var height = framesOnly ? mapHeight : mapHeight * 2;
        reader.Skip(framesOnly ? 1 : 2);
        if (reader.Flag())
        {
            var hasHalfChroma = chroma is 1 or 2 && !separatePlanes;
            var unitX = hasHalfChroma ? 2 : 1;
            var unitY = (chroma == 1 && !separatePlanes ? 2 : 1) * (framesOnly ? 1 : 2);
            width -= unitX * ((long)reader.Golomb() + reader.Golomb());
            height -= unitY * ((long)reader.Golomb() + reader.Golomb());
        }
        var aspect = new Rational(1, 1);
        var colour = ColourCodes.Unknown;
        if (reader.Flag())
        {
            aspect = ReadAspect(ref reader);
            colour = ReadColour(ref reader);
        }
        return reader.IsShort || width is < 1 or > 65536 || height is < 1 or > 65536
            ? null
            : new(
                new(profile, level, IsHighTier: false),
                (int)width,
                (int)height,
                !framesOnly,
                aspect,
                depth,
                chroma,
                colour
            );
    }

    /// <summary>The aspect ratio of a VUI; the same in HEVC (Annex E of both).</summary>
    public static Rational ReadAspect(ref BitReader reader)
    {
        if (!reader.Flag())
        {
            return new(1, 1);
        }
        var code = (int)reader.Bits(8);
        if (code == 255)
        {
            var (width, height) = (reader.Bits(16), reader.Bits(16));
            return width == 0 || height == 0 ? new(1, 1) : new(width, height);
        }
        return code < AspectWidths.Length
            ? new(AspectWidths[code], AspectHeights[code])
            : new(1, 1);
    }

    /// <summary>Overscan, video format and colour description of a VUI; the same in HEVC.</summary>
    public static ColourCodes ReadColour(ref BitReader reader)
    {
        if (reader.Flag())
        {
            reader.Skip(1);
        }
        if (!reader.Flag())
        {
            return ColourCodes.Unknown;
        }
        reader.Skip(3);
        var isFull = reader.Flag();
        return reader.Flag()
            ? new(true, (int)reader.Bits(8), (int)reader.Bits(8), (int)reader.Bits(8), isFull)
            : ColourCodes.Unknown with
            {
                IsFullRange = isFull,
            };
    }

    private static void SkipScalingLists(ref BitReader reader, int chroma)
    {
        if (!reader.Flag())
        {
            return;
        }
        for (var list = 0; list < (chroma != 3 ? 8 : 12); list++)
        {
            if (!reader.Flag())
            {
                continue;
            }
            var (last, next) = (8, 8);
            for (var index = 0; index < (list < 6 ? 16 : 64) && next != 0; index++)
            {
                next = (last + reader.SignedGolomb() + 256) % 256;
                last = next == 0 ? last : next;
            }
        }
    }

    private static void SkipPictureOrder(ref BitReader reader)
    {
        var type = reader.Golomb();
        if (type == 0)
        {
            reader.Golomb();
        }
        else if (type == 1)
        {
            reader.Skip(1);
            reader.Golomb();
            reader.Golomb();
            var cycle = Math.Min(reader.Golomb(), 255);
            for (var index = 0; index < cycle; index++)
            {
                reader.Golomb();
            }
        }
    }
}
