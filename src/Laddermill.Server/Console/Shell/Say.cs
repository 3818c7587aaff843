using System.Globalization;

namespace Laddermill.Server.Console.Shell;

/// <summary>Numbers as people read them.</summary>
internal static class Say
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Decimal units, as stores bill them: <c>1.4 GB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }
        return Number(value, value >= 100 || unit == 0 ? 0 : 1) + " " + Units[unit];
    }

    /// <summary><c>12 ms</c>, <c>4.2 s</c>, <c>1 min 23 s</c>, <c>2 h 05 min</c>, <c>3 d 4 h</c>.</summary>
    public static string Time(TimeSpan time) =>
        time <= TimeSpan.Zero ? "0 s"
        : time.TotalSeconds < 0.95 ? Number(Math.Max(1, time.TotalMilliseconds), 0) + " ms"
        : time.TotalSeconds < 9.95 ? Number(time.TotalSeconds, 1) + " s"
        : time.TotalSeconds < 59.5 ? Number(time.TotalSeconds, 0) + " s"
        : time.TotalMinutes < 60 ? $"{(int)time.TotalMinutes} min {time.Seconds:00} s"
        : time.TotalHours < 24 ? $"{(int)time.TotalHours} h {time.Minutes:00} min"
        : $"{(int)time.TotalDays} d {time.Hours} h";

    public static string Time(double seconds) =>
        Time(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e8)));

    /// <summary>As players show it: <c>1:02:03</c>.</summary>
    public static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e8));
        return time.TotalHours >= 1
            ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}"
            : $"{time.Minutes}:{time.Seconds:00}";
    }

    /// <summary><c>4.9 Mbit/s</c>.</summary>
    public static string Rate(double bits) =>
        bits >= 999_500
            ? Number(bits / 1e6, bits >= 99.5e6 ? 0 : 1) + " Mbit/s"
            : Number(bits / 1e3, 0) + " kbit/s";

    /// <summary>To what matters of it: a film may cost less than a cent.</summary>
    /// <param name="currency">ISO 4217.</param>
    public static string Money(double amount, string currency)
    {
        var digits =
            amount is 0 or >= 1 ? "N2"
            : amount >= 0.01 ? "0.00#"
            : "0.00####";
        return $"{amount.ToString(digits, CultureInfo.InvariantCulture)} {currency}";
    }

    /// <summary><c>100,000</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 job</c>, <c>2 jobs</c>.</summary>
    public static string Count(long count, string one) =>
        $"{Count(count)} {one}{(count == 1 ? "" : "s")}";

    public static string Number(double value, int digits) =>
        value.ToString(
            "N" + digits.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture
        );

    /// <summary>For positions and sizes in styles and pictures.</summary>
    public static string Exact(double value) =>
        Math.Round(value, 3).ToString(CultureInfo.InvariantCulture);

    public static string Percent(double part) => Number(Math.Clamp(part, 0, 1) * 100, 0) + " %";
}
