using System.Buffers.Binary;
using Laddermill.Verification.Boxes;

namespace Laddermill.Verification.Bitstreams;

/// <summary>Whether a sample's own bytes are a key frame that resets the decoder, whatever the container says of it.</summary>
internal static class KeyFrame
{
    /// <summary>
    /// H.264: the first slice is of an IDR picture (NAL unit type 5). HEVC: an IRAP picture (16 to 21) that no leading picture (6 to 9) follows: nothing that needs what is in front of
    /// it, and nothing that is shown before it. AV1: a key frame, shown. Everything that is not video is independent.
    /// </summary>
    /// <param name="following">The samples behind it in its fragment.</param>
    public static bool IsOne(
        ReadOnlySpan<byte> sample,
        ReadOnlySpan<byte> following,
        TrackFacts track
    ) =>
        track.Video is null
        || track.SampleEntry switch
        {
            "avc1" or "avc3" => FirstSlice(sample, track.Video.NalLengthBytes, isHevc: false) is 5,
            "hvc1" or "hev1" => FirstSlice(sample, track.Video.NalLengthBytes, isHevc: true)
                is >= 16
                    and <= 21
                && FirstSlice(following, track.Video.NalLengthBytes, isHevc: true)
                    is not (>= 6 and <= 9),
            "av01" => IsAv1KeyFrame(sample),
            _ => true,
        };

    /// <summary>Whether it is an IDR picture in the word's own sense (HLS Authoring Specification 7.4); where the codec has none, a key frame is.</summary>
    public static bool IsInstant(ReadOnlySpan<byte> sample, TrackFacts track) =>
        track is not { Video: { } video, SampleEntry: "hvc1" or "hev1" }
        || FirstSlice(sample, video.NalLengthBytes, isHevc: true) is 19 or 20;

    private static int? FirstSlice(ReadOnlySpan<byte> sample, int lengthBytes, bool isHevc)
    {
        while (lengthBytes > 0 && sample.Length > lengthBytes)
        {
            var length = ReadLength(sample[..lengthBytes]);
            var nal = sample[lengthBytes..];
            if (length == 0 || length > nal.Length)
            {
                return null;
            }
            var type = isHevc ? (nal[0] >> 1) & 0x3F : nal[0] & 0x1F;
            if (isHevc ? type < 32 : type is >= 1 and <= 5)
            {
                return type;
            }
            sample = nal[(int)length..];
        }
        return null;
    }

    private static uint ReadLength(ReadOnlySpan<byte> bytes)
    {
        Span<byte> wide = stackalloc byte[4];
        wide.Clear();
        bytes.CopyTo(wide[(4 - bytes.Length)..]);
        return BinaryPrimitives.ReadUInt32BigEndian(wide);
    }

    private static bool IsAv1KeyFrame(ReadOnlySpan<byte> sample)
    {
        while (ObuWalk.TryTake(ref sample, out var type, out var payload))
        {
            // A frame header or a frame: show_existing_frame 0, frame_type 0 (KEY_FRAME), show_frame 1.
            if (type is 3 or 6)
            {
                return !payload.IsEmpty && (payload[0] & 0xF0) == 0x10;
            }
        }
        return false;
    }
}
