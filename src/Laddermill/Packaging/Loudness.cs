namespace Laddermill.Packaging;

/// <summary>How loud a track was found to be, and what was done about it.</summary>
/// <param name="Integrated">EBU R128 programme loudness of the source, LUFS; null for silence.</param>
/// <param name="Peak">True peak of the source, dBTP; null for silence.</param>
/// <param name="Gain">dB that it was turned up or down by.</param>
/// <param name="IsLimited">Whether a limiter holds the peaks, which would be too high otherwise.</param>
public sealed record Loudness(double? Integrated, double? Peak, double Gain, bool IsLimited)
{
    /// <summary>More would only bring up noise, dB.</summary>
    private const double MaximumGain = 20;

    /// <summary>EBU R128 takes no notice of anything below, LUFS.</summary>
    private const double Silence = -70;

    /// <param name="integrated">Measured, LUFS; null when there is nothing to measure.</param>
    /// <param name="peak">Measured, dBTP.</param>
    /// <param name="target">Wanted, LUFS.</param>
    /// <param name="highestPeak">Allowed, dBTP.</param>
    public static Loudness Towards(
        double? integrated,
        double? peak,
        double target,
        double highestPeak
    )
    {
        if (integrated is not { } loudness || loudness <= Silence)
        {
            return new Loudness(null, peak, 0, false);
        }
        var gain = Math.Round(Math.Min(target - loudness, MaximumGain), 2);
        return new Loudness(loudness, peak, gain, peak + gain > highestPeak);
    }
}
