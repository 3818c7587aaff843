namespace Laddermill.Packaging;

/// <summary>What NAL units of H.264 and HEVC have in common.</summary>
internal static class NalUnits
{
    /// <summary>Without the bytes that keep start codes out of it (ITU-T H.264 §7.3.1, ITU-T H.265 §7.3.1.1).</summary>
    public static byte[] Unescaped(ReadOnlySpan<byte> unit)
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
