using System.Globalization;

namespace Laddermill.Cli;

/// <summary>Numbers and names as people read them.</summary>
internal static class Words
{
    /// <summary>1000-based, as disks and stores are sold: <c>12.3 MB</c>.</summary>
    public static string Size(long bytes) => Scaled(bytes, "B");

    /// <summary>Bits per second: <c>4.71 Mbit/s</c>.</summary>
    public static string Rate(double bitsPerSecond) => Scaled(bitsPerSecond, "bit/s");

    /// <summary><c>1:02:03</c>, <c>2:03</c>; whole seconds.</summary>
    public static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time.TotalHours >= 1
            ? Invariant($"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : Invariant($"{time.Minutes}:{time.Seconds:00}");
    }

    /// <summary>How long something is over: <c>3 min ago</c>; the largest unit alone.</summary>
    public static string Ago(TimeSpan time) =>
        time switch
        {
            { TotalSeconds: < 1 } => "now",
            { TotalMinutes: < 1 } => Invariant($"{time.Seconds} s ago"),
            { TotalHours: < 1 } => Invariant($"{time.Minutes} min ago"),
            { TotalDays: < 1 } => Invariant($"{time.Hours} h ago"),
            _ => Invariant($"{time.Days} d ago"),
        };

    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>
    /// Names and titles come from strangers: what would steer a terminal (control characters, also those that turn the direction of writing) becomes
    /// a question mark. Line ends stay.
    /// </summary>
    public static string Harmless(string text) =>
        string.Create(
            text.Length,
            text,
            static (letters, text) =>
            {
                for (var index = 0; index < letters.Length; index++)
                {
                    letters[index] = IsHarmless(text[index]) ? text[index] : '?';
                }
            }
        );

    private static bool IsHarmless(char letter) =>
        letter is '\n' or '\t'
        || char.GetUnicodeCategory(letter)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );

    private static string Scaled(double value, string unit)
    {
        string[] prefixes = ["", "k", "M", "G", "T"];
        var power = 0;
        while (Math.Abs(value) >= 999.5 && power < prefixes.Length - 1)
        {
            value /= 1000;
            power++;
        }
        var digits =
            power == 0 || value >= 100 ? 0
            : value >= 10 ? 1
            : 2;
        var number = value.ToString($"F{digits}", CultureInfo.InvariantCulture);
        return $"{number} {prefixes[power]}{unit}";
    }
}
