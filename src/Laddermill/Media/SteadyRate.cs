namespace Laddermill.Media;

/// <summary>Finds the frame rate behind times that containers rounded and cameras shook. Pure.</summary>
internal static class SteadyRate
{
    /// <summary>A rate may be this far (relatively) from the average and still be the one that was meant.</summary>
    private const double Snap = 0.001;

    /// <summary>How far a grid may drift from the frames over the whole file, in frames, to be as good as the best one.</summary>
    private const double HarmlessDrift = 0.1;

    /// <param name="times">In order, two at least, the last later than the first.</param>
    /// <param name="declared">Rates that the container tells, the most trusted first.</param>
    public static (Rational Rate, bool IsSteady) Find(
        IReadOnlyList<long> times,
        Rational timeBase,
        IEnumerable<Rational> declared
    )
    {
        var tick = timeBase.ToDouble();
        var average = (times.Count - 1) / ((times[^1] - times[0]) * tick);
        // The two ends are rounded to ticks, which matters in short clips.
        var doubt = Math.Max(Snap, 1.0 / (times[^1] - times[0]));
        var candidates = declared
            .Concat(FrameScan.CommonRates)
            .Where(rate => Math.Abs(rate.ToDouble() / average - 1) <= doubt)
            .Append(SimplestNear(average, Math.Min(Snap, HarmlessDrift / times.Count)))
            .Select(rate => (Rate: rate, Distance: Distance(times, tick, rate.ToDouble())))
            .ToList();
        var best = candidates.Min(candidate => candidate.Distance);
        var chosen = candidates.First(candidate =>
            candidate.Distance <= best + Math.Max(tick, HarmlessDrift / average)
        );
        var isSteady =
            chosen.Distance < 0.5 / chosen.Rate.ToDouble()
            && HasEvenGaps(times, tick * chosen.Rate.ToDouble());
        return (chosen.Rate, isSteady);
    }

    /// <summary>Containers that hold a frame's duration in nanoseconds say 19001/317 for 60000/1001: the common rate that is meant.</summary>
    public static Rational Common(Rational declared)
    {
        var meant = FrameScan.CommonRates.FirstOrDefault(rate =>
            Math.Abs(rate.ToDouble() / declared.ToDouble() - 1) < 0.0001
        );
        return meant.IsPositive ? meant : declared;
    }

    /// <summary>
    /// The rate of the most usual distance between two frames, or the declared or common one within 1 % of it; null when all are at once.
    /// </summary>
    public static Rational? Typical(
        IReadOnlyList<long> times,
        Rational timeBase,
        IEnumerable<Rational> declared
    )
    {
        var gaps = times.Zip(times.Skip(1), (a, b) => b - a).Where(gap => gap > 0).Order().ToList();
        if (gaps.Count == 0)
        {
            return null;
        }
        // Rounded to coarse ticks, one frame of the same rate lasts 33 and the next 34.
        var median = gaps[gaps.Count / 2];
        var usual = gaps.Where(gap => Math.Abs(gap - median) <= Math.Max(1, median / 10)).Average();
        var rate = 1 / (usual * timeBase.ToDouble());
        return declared
                .Concat(FrameScan.CommonRates)
                .Where(known => Math.Abs(known.ToDouble() / rate - 1) < 0.01)
                .Select(known => (Rational?)known)
                .MinBy(known => Math.Abs(known!.Value.ToDouble() / rate - 1))
            ?? SimplestNear(rate, Snap);
    }

    /// <summary>The farthest that any frame is from its place on the grid of a rate, in seconds, the grid put where it fits best.</summary>
    private static double Distance(IReadOnlyList<long> times, double tick, double rate)
    {
        var (earliest, latest) = (0.0, 0.0);
        for (var i = 1; i < times.Count; i++)
        {
            var offset = (times[i] - times[0]) * tick - i / rate;
            earliest = Math.Min(earliest, offset);
            latest = Math.Max(latest, offset);
        }
        return (latest - earliest) / 2;
    }

    /// <summary>A frame that is missing or doubled leaves a gap that no jitter explains.</summary>
    private static bool HasEvenGaps(IReadOnlyList<long> times, double framesPerTick)
    {
        for (var i = 1; i < times.Count; i++)
        {
            if ((times[i] - times[i - 1]) * framesPerTick is <= 0.5 or >= 1.5)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The fraction of smallest terms within a relative tolerance of a value: down the Stern-Brocot tree.</summary>
    internal static Rational SimplestNear(double value, double tolerance)
    {
        var (low, high) = (value * (1 - tolerance), value * (1 + tolerance));
        // Continued fraction of both ends, as long as they agree.
        var (p0, q0, p1, q1) = (0L, 1L, 1L, 0L);
        while (true)
        {
            var whole = (long)Math.Floor(low);
            var isBetween = whole + 1 <= high || low == whole;
            var digit = isBetween ? (long)Math.Ceiling(low) : whole;
            (p0, q0, p1, q1) = (p1, q1, digit * p1 + p0, digit * q1 + q0);
            if (isBetween || q1 > int.MaxValue / 1000)
            {
                return new Rational(p1, q1);
            }
            (low, high) = (1 / (high - whole), 1 / (low - whole));
        }
    }
}
