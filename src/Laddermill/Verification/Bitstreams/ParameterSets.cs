using Laddermill.Verification.Boxes;

namespace Laddermill.Verification.Bitstreams;

/// <summary>Parameter sets of HEVC among the pictures, where <c>hvc1</c> allows none (ISO/IEC 14496-15 §8.4.1).</summary>
internal static class ParameterSets
{
    /// <param name="samples">Those of a fragment, one behind the other.</param>
    public static bool AreIn(ReadOnlySpan<byte> samples, TrackFacts track)
    {
        if (track.SampleEntry is not ("hvc1" or "hev1"))
        {
            return false;
        }
        var lengthBytes = track.Video?.NalLengthBytes ?? 0;
        while (lengthBytes > 0 && samples.Length > lengthBytes)
        {
            long length = 0;
            foreach (var digit in samples[..lengthBytes])
            {
                length = (length << 8) | digit;
            }
            samples = samples[lengthBytes..];
            if (length == 0 || length > samples.Length)
            {
                return false;
            }
            // VPS, SPS, PPS: ITU-T H.265 Table 7-1.
            if (((samples[0] >> 1) & 0x3F) is >= 32 and <= 34)
            {
                return true;
            }
            samples = samples[(int)length..];
        }
        return false;
    }
}
