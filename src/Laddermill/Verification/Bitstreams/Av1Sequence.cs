using Laddermill.Media;

namespace Laddermill.Verification.Bitstreams;

/// <summary>Reads a sequence header of AV1 (AV1 bitstream specification §5.5).</summary>
internal static class Av1Sequence
{
    private const int SequenceHeader = 1;

    /// <summary>Finds the sequence header among the OBUs and reads it; null when there is none or it is cut short.</summary>
    public static PictureFacts? Find(ReadOnlySpan<byte> units)
    {
        while (ObuWalk.TryTake(ref units, out var type, out var payload))
        {
            if (type == SequenceHeader)
            {
                return Read(payload);
            }
        }
        return null;
    }

    private static PictureFacts? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new BitReader(payload);
        var profile = (int)reader.Bits(3);
        reader.Skip(1);
        var isReduced = reader.Flag();
        var (level, isHigh) = isReduced
            ? ((int)reader.Bits(5), false)
            : ReadOperatingPoints(ref reader);
        var (widthBits, heightBits) = ((int)reader.Bits(4) + 1, (int)reader.Bits(4) + 1);
        var (width, height) = ((long)reader.Bits(widthBits) + 1, (long)reader.Bits(heightBits) + 1);
        if (!isReduced && reader.Flag())
        {
            reader.Skip(7);
        }
        reader.Skip(3);
        if (!isReduced)
        {
            SkipTools(ref reader);
        }
        reader.Skip(3);
        var (depth, chroma, colour) = ReadColour(ref reader, profile);
        return reader.IsShort || width > 65536 || height > 65536
            ? null
            : new(
                new(profile, level, isHigh),
                (int)width,
                (int)height,
                IsInterlaced: false,
                new Rational(1, 1),
                depth,
                chroma,
                colour
            );
    }

    private static (int Level, bool IsHigh) ReadOperatingPoints(ref BitReader reader)
    {
        var (hasModel, delayBits) = (false, 0);
        if (reader.Flag())
        {
            reader.Skip(64);
            if (reader.Flag())
            {
                reader.Uvlc();
            }
            hasModel = reader.Flag();
            if (hasModel)
            {
                delayBits = (int)reader.Bits(5) + 1;
                reader.Skip(42);
            }
        }
        var hasDelay = reader.Flag();
        var points = reader.Bits(5) + 1;
        var first = (Level: 0, IsHigh: false);
        for (var point = 0; point < points; point++)
        {
            reader.Skip(12);
            var level = (int)reader.Bits(5);
            var isHigh = level > 7 && reader.Flag();
            first = point == 0 ? (level, isHigh) : first;
            if (hasModel && reader.Flag())
            {
                reader.Skip(2 * delayBits + 1);
            }
            if (hasDelay && reader.Flag())
            {
                reader.Skip(4);
            }
        }
        return first;
    }

    private static void SkipTools(ref BitReader reader)
    {
        reader.Skip(4);
        var hasOrderHint = reader.Flag();
        reader.Skip(hasOrderHint ? 2 : 0);
        var choosesScreenTools = reader.Flag();
        var screenTools = choosesScreenTools ? 2 : reader.Bit();
        if (screenTools > 0 && !reader.Flag())
        {
            reader.Skip(1);
        }
        reader.Skip(hasOrderHint ? 3 : 0);
    }

    private static (int Depth, int Chroma, ColourCodes Colour) ReadColour(
        ref BitReader reader,
        int profile
    )
    {
        var isHighDepth = reader.Flag();
        var depth =
            profile == 2 && isHighDepth ? (reader.Flag() ? 12 : 10)
            : isHighDepth ? 10
            : 8;
        var isMonochrome = profile != 1 && reader.Flag();
        var isDescribed = reader.Flag();
        var codes = isDescribed
            ? (P: (int)reader.Bits(8), T: (int)reader.Bits(8), M: (int)reader.Bits(8))
            : (P: 2, T: 2, M: 2);
        var isRgb = !isMonochrome && codes is (1, 13, 0);
        var isFull = isRgb || reader.Flag();
        var chroma =
            isMonochrome ? 0
            : isRgb ? 3
            : ReadChroma(ref reader, profile, depth);
        return (depth, chroma, new(isDescribed, codes.P, codes.T, codes.M, isFull));
    }

    private static int ReadChroma(ref BitReader reader, int profile, int depth) =>
        profile switch
        {
            0 => 1,
            1 => 3,
            _ when depth < 12 => 2,
            _ => !reader.Flag() ? 3
            : reader.Flag() ? 1
            : 2,
        };
}
