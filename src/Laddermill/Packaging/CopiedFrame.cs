using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging;

/// <summary>What of one coded frame is published.</summary>
internal static class CopiedFrame
{
    /// <summary>Appends what is kept of a frame.</summary>
    /// <returns>What its picture is: <see cref="UnitUse.Picture"/> or beyond.</returns>
    /// <exception cref="NotCopyableException">It is no frame that its init segment alone would let one decode.</exception>
    public static UnitUse Append(PooledBytes bytes, ReadOnlySpan<byte> sample, CopiedUnits units)
    {
        UnitUse? frame = null;
        while (!sample.IsEmpty)
        {
            var whole = sample;
            var unit = Take(ref sample, units.LengthBytes);
            var use = unit.IsEmpty ? UnitUse.LeftOut : units.UseOf(unit);
            if (use == UnitUse.LeftOut)
            {
                continue;
            }
            if (use >= UnitUse.Picture)
            {
                frame ??= use;
            }
            bytes.Append(whole[..^sample.Length]);
        }
        return frame ?? throw new NotCopyableException("one of its frames holds no picture");
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> sample, int lengthBytes)
    {
        var length = 0L;
        for (var index = 0; index < lengthBytes; index++)
        {
            length = length << 8 | (index < sample.Length ? sample[index] : (byte)255);
        }
        if (length > sample.Length - lengthBytes)
        {
            throw new NotCopyableException("one of its frames is cut off");
        }
        var unit = sample.Slice(lengthBytes, (int)length);
        sample = sample[(lengthBytes + (int)length)..];
        return unit;
    }
}
