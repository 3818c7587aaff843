using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging.Transport;

/// <summary>H.264 as a byte stream (ITU-T H.264 Annex B), which is how transport streams carry it.</summary>
internal static class AnnexB
{
    private const int Delimiter = 9;

    private static ReadOnlySpan<byte> StartCode => [0, 0, 0, 1];

    // Any kind of picture may follow: primary_pic_type 7, then the stop bit.
    private static ReadOnlySpan<byte> AccessUnitDelimiter => [0x09, 0xf0];

    /// <summary>
    /// One frame: an access unit delimiter, which transport streams must have (ISO/IEC 13818-1 §2.14.1), for a key frame the parameter sets, and the NAL units of the
    /// sample with start codes for lengths.
    /// </summary>
    /// <exception cref="MalformedMediaException">A NAL unit is longer than the sample.</exception>
    public static void Write(
        PooledBytes bytes,
        ReadOnlySpan<byte> sample,
        bool isKeyFrame,
        AvcConfiguration configuration
    )
    {
        Append(bytes, AccessUnitDelimiter);
        if (isKeyFrame)
        {
            foreach (var set in configuration.ParameterSets)
            {
                Append(bytes, set.Span);
            }
        }
        while (!sample.IsEmpty)
        {
            if (sample.Length < configuration.LengthBytes)
            {
                throw TooLong();
            }
            var length = 0L;
            foreach (var digit in sample[..configuration.LengthBytes])
            {
                length = length << 8 | digit;
            }
            sample = sample[configuration.LengthBytes..];
            if (length > sample.Length)
            {
                throw TooLong();
            }
            var unit = sample[..(int)length];
            sample = sample[(int)length..];
            if (!unit.IsEmpty && (unit[0] & 0x1f) != Delimiter)
            {
                Append(bytes, unit);
            }
        }
    }

    private static void Append(PooledBytes bytes, ReadOnlySpan<byte> unit)
    {
        bytes.Append(StartCode);
        bytes.Append(unit);
    }

    private static MalformedMediaException TooLong() =>
        new("A NAL unit is longer than the frame that it is part of.");
}
