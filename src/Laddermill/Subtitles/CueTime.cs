using System.Globalization;

namespace Laddermill.Subtitles;

/// <summary>Times as subtitles write them.</summary>
internal static class CueTime
{
    private const int MostDigits = 5;

    /// <summary><c>01:02:03,004</c>, <c>02:03.004</c>, <c>1:02:03.04</c>; null when it is no time.</summary>
    /// <returns>Milliseconds.</returns>
    public static long? Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var (total, parts) = (0L, 0);
        while (true)
        {
            if (TakeNumber(ref text) is not { } value || (++parts > 1 && value > 59) || parts > 3)
            {
                return null;
            }
            total = total * 60 + value;
            if (text.IsEmpty)
            {
                return parts > 1 ? total * 1000 : null;
            }
            var separator = text[0];
            text = text[1..];
            if (separator is ',' or '.')
            {
                return parts > 1 && Fraction(text) is { } milliseconds
                    ? total * 1000 + milliseconds
                    : null;
            }
            if (separator != ':')
            {
                return null;
            }
        }
    }

    /// <summary><c>00:01:02.003</c>, as WebVTT has it.</summary>
    public static string Write(long milliseconds) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{milliseconds / 3_600_000:00}:{milliseconds / 60_000 % 60:00}:{milliseconds / 1000 % 60:00}.{milliseconds % 1000:000}"
        );

    private static long? TakeNumber(ref ReadOnlySpan<char> text)
    {
        var (value, digits) = (0L, 0);
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            if (digits == MostDigits)
            {
                return null;
            }
            value = value * 10 + text[digits++] - '0';
        }
        text = text[digits..];
        return digits == 0 ? null : value;
    }

    private static long? Fraction(ReadOnlySpan<char> text)
    {
        var (value, scale) = (0L, 100);
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return null;
            }
            value += (digit - '0') * scale;
            scale /= 10;
        }
        return text.IsEmpty ? null : value;
    }
}
