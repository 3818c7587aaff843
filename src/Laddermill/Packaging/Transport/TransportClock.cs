using Laddermill.Media;

namespace Laddermill.Packaging.Transport;

/// <summary>Times of a transport stream: ticks of 90 kHz, of which 33 bits are written (ISO/IEC 13818-1 §2.4.3.7).</summary>
internal static class TransportClock
{
    public const int Frequency = 90_000;

    /// <summary>
    /// Where the film's time 0 is shown: at 10 s, as Apple's segmenter has it. Decoding begins before the first picture is shown, and times cannot be negative.
    /// </summary>
    public const long Origin = 10 * Frequency;

    /// <summary>How long before its decoding time a frame begins to arrive; the whole of it is there in time, as clock references are no further apart.</summary>
    public const long Lead = Frequency / 10;

    /// <summary>Most ticks between two clock references; 0.1 s is allowed (ISO/IEC 13818-1 §2.7.2).</summary>
    public const long ReferencePeriod = Frequency * 8 / 100;

    private const long Mask = (1L << 33) - 1;

    /// <summary>The film's time, in ticks of <paramref name="timescale"/>, rounded to the nearest tick of 90 kHz.</summary>
    public static long At(long ticks, int timescale) =>
        Origin + new Rational(Frequency, timescale).RoundTimes(ticks);

    /// <summary>The bits that are written; after 26.5 hours they begin again at 0.</summary>
    public static ulong Written(long time) => (ulong)(time & Mask);
}
