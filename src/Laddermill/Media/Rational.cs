using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Laddermill.Media;

/// <summary>
/// An exact fraction in lowest terms, for frame rates, aspect ratios and times: 29.97 is 30000/1001, never a double.
/// The denominator is positive; 0/1 also stands for "unknown" where ffprobe says 0/0.
/// </summary>
[JsonConverter(typeof(RationalJsonConverter))]
public readonly record struct Rational : IComparable<Rational>
{
    private readonly long denominator;

    /// <exception cref="ArgumentOutOfRangeException">The denominator is 0, or a value is <see cref="long.MinValue"/>.</exception>
    public Rational(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(numerator, long.MinValue);
        ArgumentOutOfRangeException.ThrowIfEqual(denominator, long.MinValue);
        ArgumentOutOfRangeException.ThrowIfZero(denominator);
        var divisor = GreatestCommonDivisor(numerator, denominator);
        if (denominator < 0)
        {
            divisor = -divisor;
        }
        Numerator = numerator / divisor;
        this.denominator = denominator / divisor;
    }

    public static Rational Zero => new(0, 1);

    public long Numerator { get; }

    public long Denominator => denominator == 0 ? 1 : denominator;

    public bool IsPositive => Numerator > 0;

    public double ToDouble() => (double)Numerator / Denominator;

    /// <summary>This times <paramref name="factor"/>, rounded to the nearest integer, halves away from zero.</summary>
    public long RoundTimes(long factor)
    {
        var product = (Int128)Numerator * factor;
        var half = Denominator / 2;
        return (long)((product >= 0 ? product + half : product - half) / Denominator);
    }

    public Rational DividedBy(Rational other) =>
        new(Numerator * other.Denominator, Denominator * other.Numerator);

    /// <summary>Reads <c>30000/1001</c>, <c>16:9</c> or <c>25</c>; null for anything else, and for a zero denominator.</summary>
    public static Rational? Parse(string? text)
    {
        var parts = (text ?? "").Split('/', ':');
        if (
            parts.Length > 2
            || !long.TryParse(parts[0], CultureInfo.InvariantCulture, out var numerator)
            || numerator == long.MinValue
        )
        {
            return null;
        }
        if (parts.Length == 1)
        {
            return new Rational(numerator, 1);
        }
        return
            long.TryParse(parts[1], CultureInfo.InvariantCulture, out var denominator)
            && denominator is not (0 or long.MinValue)
            ? new Rational(numerator, denominator)
            : null;
    }

    public int CompareTo(Rational other) =>
        ((Int128)Numerator * other.Denominator).CompareTo((Int128)other.Numerator * Denominator);

    /// <summary><c>30000/1001</c>, or <c>25</c> for a whole number.</summary>
    public override string ToString() =>
        Denominator == 1
            ? Numerator.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    public static bool operator <(Rational left, Rational right) => left.CompareTo(right) < 0;

    public static bool operator >(Rational left, Rational right) => left.CompareTo(right) > 0;

    public static bool operator <=(Rational left, Rational right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Rational left, Rational right) => left.CompareTo(right) >= 0;

    private static long GreatestCommonDivisor(long a, long b)
    {
        (a, b) = (Math.Abs(a), Math.Abs(b));
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }
        return a == 0 ? 1 : a;
    }
}

/// <summary>A fraction is text in JSON (<c>"30000/1001"</c>): a number would lose it.</summary>
public sealed class RationalJsonConverter : JsonConverter<Rational>
{
    public override Rational Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) =>
        Rational.Parse(reader.GetString())
        ?? throw new JsonException($"'{reader.GetString()}' is not a fraction such as 30000/1001.");

    public override void Write(
        Utf8JsonWriter writer,
        Rational value,
        JsonSerializerOptions options
    ) => writer.WriteStringValue(value.ToString());
}
