using System.Collections.Concurrent;
using System.Globalization;

namespace Laddermill.Server.Console.Shell;

/// <summary>
/// How somebody sees the console: in which colours, and in which zone of time. A cookie of the browser tells it, so that the first paint is right; where the cookie is not there yet,
/// the page's first script writes it and asks once more.
/// </summary>
/// <param name="Choice"><c>system</c>, <c>light</c> or <c>dark</c>: what was chosen.</param>
/// <param name="IsDark">What that comes to.</param>
/// <param name="Zone">IANA name of a zone of time.</param>
public sealed record View(string Choice, bool IsDark, string Zone)
{
    public const string Cookie = "laddermill-view";

    /// <summary>What holds until the browser has told.</summary>
    public static readonly View Unknown = new("system", false, "UTC");

    private static readonly string[] Choices = ["system", "light", "dark"];
    private static readonly ConcurrentDictionary<string, TimeZoneInfo> Zones = new();

    /// <summary>As the cookie has it, such as <c>system~dark~Europe/Berlin</c>.</summary>
    public override string ToString() => $"{Choice}~{Scheme}~{Zone}";

    public string Scheme => IsDark ? "dark" : "light";

    /// <summary>Whatever is no view is <see cref="Unknown"/>: a cookie may hold anything.</summary>
    public static View Parse(string? cookie) =>
        cookie is { Length: < 100 }
        && cookie.Split('~') is [var choice, "dark" or "light", { Length: > 0 } zone] parts
        && Choices.Contains(choice)
            ? new View(choice, parts[1] == "dark", zone)
            : Unknown;

    /// <summary>An instant as clocks show it where the viewer is.</summary>
    public DateTimeOffset Local(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, ZoneInfo(Zone));

    /// <summary>For people: the time alone when it is today's.</summary>
    public string Brief(DateTimeOffset instant, DateTimeOffset now)
    {
        var (there, today) = (Local(instant), Local(now));
        return there.Date == today.Date ? there.ToString("HH:mm:ss", CultureInfo.InvariantCulture)
            : there.Year == today.Year
                ? there.ToString("d MMM, HH:mm", CultureInfo.InvariantCulture)
            : there.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
    }

    public string Full(DateTimeOffset instant) =>
        Local(instant).ToString("d MMM yyyy, HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>The machine may not know all zones; then the viewer reads UTC, with <c>+00:00</c> beside it.</summary>
    private static TimeZoneInfo ZoneInfo(string name) =>
        Zones.TryGetValue(name, out var known) ? known
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? Zones.GetOrAdd(name, found)
        : TimeZoneInfo.Utc;
}
