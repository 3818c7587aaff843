namespace Laddermill.Verification.Model;

/// <summary>Bit rates as HLS measures them.</summary>
internal static class Rates
{
    /// <summary>
    /// The largest bit rate of any contiguous run of segments that lasts 0.5 to 1.5 times the target duration (RFC 8216bis §4.1); where no
    /// run does, because all is shorter, the rate of the whole.
    /// </summary>
    /// <param name="target">Seconds.</param>
    public static double Peak(IReadOnlyList<(long Bytes, double Seconds)> segments, double target)
    {
        double peak = 0;
        for (var first = 0; first < segments.Count; first++)
        {
            var (bytes, seconds) = (0L, 0.0);
            for (var last = first; last < segments.Count && seconds <= target * 1.5; last++)
            {
                bytes += segments[last].Bytes;
                seconds += segments[last].Seconds;
                if (seconds >= target * 0.5 && seconds <= target * 1.5)
                {
                    peak = Math.Max(peak, bytes * 8 / seconds);
                }
            }
        }
        var whole = segments.Sum(segment => segment.Seconds);
        return peak > 0 || whole <= 0 ? peak : segments.Sum(segment => segment.Bytes) * 8 / whole;
    }

    /// <summary>Whether a declared value is within 10 % of a measured one (HLS-AUTH 1.26, 1.27).</summary>
    public static bool IsNear(double declared, double measured) =>
        Math.Abs(declared - measured) <= measured * 0.1;
}
