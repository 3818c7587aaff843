using Laddermill.Media;

namespace Laddermill.Verification.Bitstreams;

/// <summary>Reads a sequence parameter set of HEVC (ITU-T H.265 §7.3.2.2 and Annex E).</summary>
internal static class HevcParameters
{
    /// <summary>Null when the set is cut short or says impossible things.</summary>
    /// <param name="nal">With its two-byte header.</param>
    public static PictureFacts? Read(ReadOnlySpan<byte> nal)
    {
        if (nal.Length < 4 || ((nal[0] >> 1) & 0x3F) != 33)
        {
            return null;
        }
        var reader = new BitReader(BitReader.Unescape(nal[2..]));
        reader.Skip(4);
        var subLayers = (int)reader.Bits(3);
        reader.Skip(1);
        var profileLevel = ReadProfileTierLevel(ref reader, subLayers, out var isInterlaced);
        reader.Golomb();
        var chroma = (int)reader.Golomb();
        var separatePlanes = chroma == 3 && reader.Flag();
        long width = reader.Golomb();
        long height = reader.Golomb();
        if (reader.Flag())
        {
            var unitX = chroma is 1 or 2 && !separatePlanes ? 2 : 1;
            var unitY = chroma == 1 && !separatePlanes ? 2 : 1;
            width -= unitX * ((long)reader.Golomb() + reader.Golomb());
            height -= unitY * ((long)reader.Golomb() + reader.Golomb());
        }
        var depth = 8 + (int)reader.Golomb();
        reader.Golomb();
        var orderBits = (int)Math.Min(reader.Golomb(), 12) + 4;
        SkipCodingTools(ref reader, subLayers, orderBits);
        var aspect = new Rational(1, 1);
        var colour = ColourCodes.Unknown;
        if (reader.Flag())
        {
            aspect = H264Parameters.ReadAspect(ref reader);
            colour = H264Parameters.ReadColour(ref reader);
        }
        return reader.IsShort || width is < 1 or > 65536 || height is < 1 or > 65536
            ? null
            : new(
                profileLevel,
                (int)width,
                (int)height,
                isInterlaced,
                aspect,
                depth,
                chroma,
                colour
            );
    }

    private static ProfileLevel ReadProfileTierLevel(
        ref BitReader reader,
        int subLayers,
        out bool isInterlaced
    )
    {
        reader.Skip(2);
        var isHigh = reader.Flag();
        var profile = (int)reader.Bits(5);
        reader.Skip(32);
        var isProgressive = reader.Flag();
        isInterlaced = reader.Flag() && !isProgressive;
        reader.Skip(46);
        var level = (int)reader.Bits(8);
        Span<bool> present = stackalloc bool[16];
        for (var layer = 0; layer < subLayers; layer++)
        {
            (present[layer * 2], present[layer * 2 + 1]) = (reader.Flag(), reader.Flag());
        }
        reader.Skip(subLayers > 0 ? 2 * (8 - subLayers) : 0);
        for (var layer = 0; layer < subLayers; layer++)
        {
            reader.Skip((present[layer * 2] ? 88 : 0) + (present[layer * 2 + 1] ? 8 : 0));
        }
        return new(profile, level, isHigh);
    }

    /// <summary>Everything between the bit depths and the VUI.</summary>
    private static void SkipCodingTools(ref BitReader reader, int subLayers, int orderBits)
    {
        var first = reader.Flag() ? 0 : subLayers;
        for (var layer = first; layer <= subLayers; layer++)
        {
            SkipGolombs(ref reader, 3);
        }
        SkipGolombs(ref reader, 6);
        if (reader.Flag() && reader.Flag())
        {
            SkipScalingLists(ref reader);
        }
        reader.Skip(2);
        if (reader.Flag())
        {
            reader.Skip(8);
            SkipGolombs(ref reader, 2);
            reader.Skip(1);
        }
        SkipReferenceSets(ref reader);
        if (reader.Flag())
        {
            var pictures = Math.Min(reader.Golomb(), 32);
            reader.Skip((int)pictures * (orderBits + 1));
        }
        reader.Skip(2);
    }

    private static void SkipGolombs(ref BitReader reader, int count)
    {
        for (var index = 0; index < count; index++)
        {
            reader.Golomb();
        }
    }

    private static void SkipScalingLists(ref BitReader reader)
    {
        for (var size = 0; size < 4; size++)
        {
            for (var matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1)
            {
                if (!reader.Flag())
                {
                    reader.Golomb();
                    continue;
                }
                SkipGolombs(ref reader, size > 1 ? 1 : 0);
                SkipGolombs(ref reader, Math.Min(64, 1 << (4 + (size << 1))));
            }
        }
    }

    /// <summary><c>st_ref_pic_set()</c> of §7.3.7, of which each may be told by the difference to the one before.</summary>
    private static void SkipReferenceSets(ref BitReader reader)
    {
        var sets = Math.Min(reader.Golomb(), 64);
        long pictures = 0;
        for (var set = 0; set < sets && !reader.IsShort; set++)
        {
            if (set > 0 && reader.Flag())
            {
                reader.Skip(1);
                reader.Golomb();
                long kept = 0;
                for (var index = 0; index <= pictures; index++)
                {
                    var isUsed = reader.Flag();
                    kept += isUsed || reader.Flag() ? 1 : 0;
                }
                pictures = kept;
                continue;
            }
            pictures = Math.Min(reader.Golomb(), 16) + (long)Math.Min(reader.Golomb(), 16);
            for (var index = 0; index < pictures; index++)
            {
                reader.Golomb();
                reader.Skip(1);
            }
        }
    }
}
