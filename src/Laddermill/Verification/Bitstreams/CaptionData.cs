using System.Buffers.Binary;
using Laddermill.Verification.Boxes;

namespace Laddermill.Verification.Bitstreams;

/// <summary>CEA-608/708 captions in supplemental enhancement information (ATSC A/53 Part 4 §6.2.3).</summary>
internal static class CaptionData
{
    /// <summary>ITU-T T.35: country (USA), provider (ATSC); user identifier "GA94", type 3 (cc_data).</summary>
    private static ReadOnlySpan<byte> Mark =>
        [0xB5, 0x00, 0x31, (byte)'G', (byte)'A', (byte)'9', (byte)'4', 0x03];

    /// <summary>Whether any of these samples, which lie one behind the other, carries some.</summary>
    public static bool IsIn(ReadOnlySpan<byte> samples, TrackFacts track)
    {
        var lengthBytes = track.Video?.NalLengthBytes ?? 0;
        var isHevc = track.SampleEntry is "hvc1" or "hev1";
        if (!isHevc && track.SampleEntry is not ("avc1" or "avc3"))
        {
            return false;
        }
        while (lengthBytes > 0 && samples.Length > lengthBytes)
        {
            var length = ReadLength(samples[..lengthBytes]);
            var nal = samples[lengthBytes..];
            if (length == 0 || length > nal.Length)
            {
                return false;
            }
            var isSei = isHevc ? ((nal[0] >> 1) & 0x3F) == 39 : (nal[0] & 0x1F) == 6;
            if (isSei && nal[..(int)length].IndexOf(Mark) >= 0)
            {
                return true;
            }
            samples = nal[(int)length..];
        }
        return false;
    }

    private static uint ReadLength(ReadOnlySpan<byte> bytes)
    {
        Span<byte> wide = stackalloc byte[4];
        wide.Clear();
        bytes.CopyTo(wide[(4 - bytes.Length)..]);
        return BinaryPrimitives.ReadUInt32BigEndian(wide);
    }
}
