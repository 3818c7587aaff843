using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>Which steady frame rate a source is published at.</summary>
public static class FrameRates
{
    /// <summary>The natural rates of HLS Authoring Specification 1.18.</summary>
    private static readonly Rational[] Natural =
    [
        new(24_000, 1001),
        new(24, 1),
        new(25, 1),
        new(30_000, 1001),
        new(30, 1),
        new(50, 1),
        new(60_000, 1001),
        new(60, 1),
    ];

    /// <summary>
    /// Keeps the source's rate where it can: brings a slow one up by repeating every frame the same number of times, and a fast one down by
    /// keeping every second (third ...) frame, so that motion stays even.
    /// </summary>
    public static (Rational Rate, string Reason) Choose(
        Rational source,
        bool isSteady,
        int minimum,
        int maximum
    )
    {
        if (!isSteady)
        {
            var snapped = Snap(source, minimum, maximum);
            return (
                snapped,
                $"frames come at uneven times, {Show(source)} a second on average: a steady {Show(snapped)} is made of them"
            );
        }
        if (source > new Rational(maximum, 1))
        {
            var divisor = Enumerable
                .Range(2, 10_000)
                .First(n => Divide(source, n) <= new Rational(maximum, 1));
            var reduced = Divide(source, divisor);
            return (reduced, $"{Show(source)} is above {maximum}: one frame in {divisor} is kept");
        }
        if (source < new Rational(minimum, 1))
        {
            var factor = Enumerable
                .Range(2, 100_000)
                .First(n => Multiply(source, n) >= new Rational(minimum, 1));
            var raised = Multiply(source, factor);
            return (
                raised,
                $"{Show(source)} is below {minimum}: every frame is shown {factor} times, so that seeking stays quick"
            );
        }
        return (source, "the source's own");
    }

    /// <summary>
    /// The natural rate that a container's fraction stands for (90000/3001 in a clip of nine frames is 30), when following it is not half a frame off at
    /// the end; the rate itself otherwise.
    /// </summary>
    public static Rational Tidy(Rational rate, long frames)
    {
        var nearest = Natural.MinBy(natural => Math.Abs(natural.ToDouble() - rate.ToDouble()));
        var drift = Math.Abs(nearest.ToDouble() / rate.ToDouble() - 1);
        return drift < 0.01 && drift * frames < 0.5 ? nearest : rate;
    }

    /// <summary>The natural rate nearest to an uneven source's average; the average itself, in whole frames, when it is slower than all of them.</summary>
    private static Rational Snap(Rational average, int minimum, int maximum)
    {
        var rates = Natural.Where(rate => rate <= new Rational(maximum, 1)).ToList();
        var value = average.ToDouble();
        if (value < 20)
        {
            return new Rational(Math.Max(minimum, (long)Math.Ceiling(value)), 1);
        }
        return rates.MinBy(rate => Math.Abs(rate.ToDouble() - value));
    }

    private static Rational Multiply(Rational rate, int factor) =>
        new(rate.Numerator * factor, rate.Denominator);

    private static Rational Divide(Rational rate, int divisor) =>
        new(rate.Numerator, rate.Denominator * divisor);

    /// <summary>Frames/s as people say it: 29.97.</summary>
    public static string Show(Rational rate) =>
        FormattableString.Invariant($"{rate.ToDouble():0.###}");
}
