namespace Laddermill.Packaging;

/// <summary>What to do with one packet of decoded sound, in samples: first silence, then the packet without its first <paramref name="Skip"/>.</summary>
public readonly record struct Placement(long Silence, int Skip, int Take);

/// <summary>
/// Puts decoded sound on the film's clock, which starts at 0 and counts samples: a late start and holes become silence, sound that comes twice is cut, and
/// what lies behind the end is left out. Small deviations of the source's time stamps are let pass, since correcting each would be heard.
/// </summary>
/// <param name="length">Samples of the whole film.</param>
public sealed class SoundTimeline(int sampleRate, long length)
{
    /// <summary>
    /// How far sound may be off its time stamp before it is moved, in seconds: less than one picture at 30 frames/s, and less than people notice
    /// (ITU-R BT.1359: 45 ms early, 125 ms late). Containers that count milliseconds, and phones, are off by some all the time.
    /// </summary>
    public const double Tolerance = 0.03;

    private readonly long tolerance = (long)(Tolerance * sampleRate);
    private long? last;
    private long? next;

    /// <summary>Samples placed so far, silence included.</summary>
    public long Position { get; private set; }

    /// <summary>Samples that came from the source.</summary>
    public long Heard { get; private set; }

    /// <summary>Silence that is missing when the source has ended.</summary>
    public long Remaining => length - Position;

    /// <param name="time">Where the source wants the packet's first sample.</param>
    /// <param name="samples">How many it has.</param>
    public Placement Place(long time, int samples)
    {
        // A muxer writes no time twice: where time stamps jump back it counts on by single ticks, until they have caught up. All of it was heard before.
        // Behind a packet of a single sample one tick is just right.
        var isRepeated = time <= last + 1 && time != next;
        (last, next) = (time, time + samples);
        if (isRepeated)
        {
            return new Placement(0, samples, 0);
        }
        var late = time - Position;
        // The first sound is put where it belongs to the sample.
        if (Heard > 0 && Math.Abs(late) <= tolerance)
        {
            late = 0;
        }
        var silence = Math.Clamp(late, 0, Remaining);
        var skip = (int)Math.Clamp(-late, 0, samples);
        var take = (int)Math.Min(samples - skip, Remaining - silence);
        Position += silence + take;
        Heard += take;
        return new Placement(silence, skip, take);
    }
}
