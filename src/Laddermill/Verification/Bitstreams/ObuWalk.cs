namespace Laddermill.Verification.Bitstreams;

/// <summary>Takes AV1's open bitstream units from the front of a sample or configuration (AV1 §5.3).</summary>
internal static class ObuWalk
{
    public static bool TryTake(
        ref ReadOnlySpan<byte> units,
        out int type,
        out ReadOnlySpan<byte> payload
    )
    {
        type = 0;
        payload = [];
        if (units.IsEmpty)
        {
            return false;
        }
        type = (units[0] >> 3) & 0xF;
        var header = (units[0] & 0x4) != 0 ? 2 : 1;
        var hasSize = (units[0] & 0x2) != 0;
        var (size, sizeBytes) = hasSize
            ? ReadSize(units[Math.Min(header, units.Length)..])
            : (0, 0);
        var start = header + sizeBytes;
        var end = hasSize ? start + size : units.Length;
        if (start > units.Length || end > units.Length)
        {
            return false;
        }
        payload = units[start..(int)end];
        units = units[(int)end..];
        return true;
    }

    private static (long Size, int Bytes) ReadSize(ReadOnlySpan<byte> bytes)
    {
        long size = 0;
        for (var index = 0; index < Math.Min(8, bytes.Length); index++)
        {
            size |= (long)(bytes[index] & 0x7F) << (index * 7);
            if ((bytes[index] & 0x80) == 0)
            {
                return (size, index + 1);
            }
        }
        return (long.MaxValue / 2, 0);
    }
}
