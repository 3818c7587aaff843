namespace Laddermill.Packaging.Transport;

/// <summary>One coded frame on its way into a transport stream; times are ticks of 90 kHz.</summary>
/// <param name="Fragment">Holds the frame's bytes.</param>
/// <param name="IsFirst">Whether it is the key frame that its fragment begins with.</param>
/// <param name="Shown">Presentation time (PTS).</param>
/// <param name="Decoded">Decoding time (DTS).</param>
internal readonly record struct Picture(
    Fragment Fragment,
    Sample Sample,
    bool IsFirst,
    long Shown,
    long Decoded
)
{
    /// <summary>When its first byte arrives.</summary>
    public long Sent => Decoded - TransportClock.Lead;

    /// <summary>
    /// In decoding order. Our fragments say that a frame is shown before it is decoded, where MP4 counts both from 0; here decoding begins as many frames earlier as the
    /// encoder reorders, for the whole film alike.
    /// </summary>
    /// <exception cref="OffGridException">A frame would still be decoded after it is shown.</exception>
    public static IEnumerable<Picture> Of(
        string rendition,
        IEnumerable<Fragment> fragments,
        int timescale,
        int reorderFrames
    )
    {
        foreach (var fragment in fragments)
        {
            foreach (var sample in Samples(fragment))
            {
                var decoded = sample.DecodeTime - reorderFrames * sample.Duration;
                var shown = sample.DecodeTime + sample.CompositionOffset;
                if (shown < decoded)
                {
                    throw new OffGridException(
                        rendition,
                        (double)sample.DecodeTime / timescale,
                        $"a frame is decoded more than {reorderFrames} frames after it is shown."
                    );
                }
                yield return new Picture(
                    fragment,
                    sample,
                    sample.Offset == fragment.First.Offset,
                    TransportClock.At(shown, timescale),
                    TransportClock.At(decoded, timescale)
                );
            }
        }
    }

    /// <summary>As a list: what walks a fragment cannot be kept from one picture to the next.</summary>
    internal static List<Sample> Samples(Fragment fragment)
    {
        var samples = new List<Sample>(fragment.SampleCount);
        foreach (var sample in fragment)
        {
            samples.Add(sample);
        }
        return samples;
    }
}

/// <summary>Some AAC packets that follow each other, in one PES packet: one each would waste half a transport packet.</summary>
/// <param name="Bytes">With an ADTS header for each packet.</param>
/// <param name="Shown">Presentation time of the first, ticks of 90 kHz.</param>
internal readonly record struct Sound(
    Fragment Fragment,
    IReadOnlyList<Sample> Samples,
    int Bytes,
    long Shown
)
{
    /// <summary>Eight transport packets' worth: a decoder's buffer for stereo is 3584 bytes (ISO/IEC 13818-1 §2.4.2.7).</summary>
    private const int MostBytes = 8 * 184 - 14;

    /// <summary>Ticks of 90 kHz: where there is no video, clock references stand in front of sound.</summary>
    private const long MostTime = TransportClock.ReferencePeriod;

    /// <summary>When its first byte arrives.</summary>
    public long Sent => Shown - TransportClock.Lead;

    public static IEnumerable<Sound> Of(IEnumerable<Fragment> fragments, int timescale)
    {
        foreach (var fragment in fragments)
        {
            var samples = new List<Sample>();
            var bytes = 0;
            foreach (var sample in Picture.Samples(fragment))
            {
                var length = sample.Size + AdtsHeader.Length;
                var isFull =
                    samples.Count > 0
                    && (bytes + length > MostBytes || Time(samples[0], sample) > MostTime);
                if (isFull)
                {
                    yield return new(fragment, samples, bytes, At(samples[0]));
                    (samples, bytes) = ([], 0);
                }
                samples.Add(sample);
                bytes += length;
            }
            if (samples.Count > 0)
            {
                yield return new(fragment, samples, bytes, At(samples[0]));
            }
        }

        long At(Sample sample) => TransportClock.At(sample.DecodeTime, timescale);
        long Time(Sample first, Sample last) =>
            (last.DecodeTime + last.Duration - first.DecodeTime)
            * TransportClock.Frequency
            / timescale;
    }
}
