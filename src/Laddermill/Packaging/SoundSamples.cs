using System.Runtime.InteropServices;

namespace Laddermill.Packaging;

/// <summary>Samples of decoded sound, 32-bit floats where 1 is full scale.</summary>
public static class SoundSamples
{
    /// <summary>12 dB above full scale: more than any mix of eight channels at full scale makes by our factors.</summary>
    private const float Highest = 4;

    /// <summary>
    /// Silences what is no number and cuts what is beyond all bounds. Decoders make such of damaged packets, where channels change or where somebody wants it so,
    /// and encoders refuse it.
    /// </summary>
    public static void Clean(Span<byte> samples)
    {
        var floats = MemoryMarshal.Cast<byte, float>(samples);
        foreach (ref var sample in floats)
        {
            sample = float.IsNaN(sample) ? 0 : Math.Clamp(sample, -Highest, Highest);
        }
    }
}
