namespace Laddermill.Packaging.Transport;

/// <summary>What stands in front of each AAC packet outside of MP4 (ISO/IEC 14496-3 §1.A.2).</summary>
internal static class AdtsHeader
{
    public const int Length = 7;
    private const int LongestFrame = (1 << 13) - 1;

    private static ReadOnlySpan<int> Rates =>
        [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

    /// <exception cref="MalformedMediaException">The sound is not AAC-LC, or of a rate or number of channels that the header cannot say.</exception>
    public static AdtsForm FormOf(InitSegment init)
    {
        var rate = Rates.IndexOf(init.SampleRate);
        return init is { IsVideo: false, Codec: "mp4a.40.2", Channels: >= 1 and <= 6 } && rate >= 0
            ? new AdtsForm(rate, init.Channels)
            : throw new MalformedMediaException(
                $"Sound of codec {init.Codec}, {init.SampleRate} Hz and {init.Channels} channels cannot be put into a transport stream; only AAC-LC can."
            );
    }

    /// <param name="packetLength">Bytes of the AAC packet, without the header.</param>
    public static void Write(Span<byte> header, AdtsForm form, int packetLength)
    {
        var length = packetLength + Length;
        if (length > LongestFrame)
        {
            throw new MalformedMediaException(
                $"An AAC packet of {packetLength} bytes is too long for an ADTS header."
            );
        }
        header[0] = 0xff;
        // MPEG-4, layer 0, no checksum.
        header[1] = 0xf1;
        // Profile: AAC-LC is object type 2, written less 1.
        header[2] = (byte)(1 << 6 | form.RateIndex << 2 | form.Channels >> 2);
        header[3] = (byte)((form.Channels & 3) << 6 | length >> 11);
        header[4] = (byte)(length >> 3);
        // The buffer's fullness is not told (0x7ff), and one packet follows.
        header[5] = (byte)((length & 7) << 5 | 0x1f);
        header[6] = 0xfc;
    }
}

/// <summary>What is the same in all ADTS headers of a rendition.</summary>
internal readonly record struct AdtsForm(int RateIndex, int Channels);
