namespace Laddermill.Subtitles;

/// <summary>The line of SubRip and WebVTT that says when a text is shown: <c>00:00:01,000 --> 00:00:02,000</c>.</summary>
/// <param name="Rest">What stands behind the times.</param>
internal readonly record struct TimingLine(long Start, long End, string Rest)
{
    private const string Arrow = "-->";

    /// <summary>Whether the line wants to be one; its times may still be unreadable.</summary>
    public static bool IsMeant(string line) =>
        line.Contains(Arrow, StringComparison.Ordinal)
        && line.AsSpan().TrimStart() is [var first, ..]
        && (char.IsAsciiDigit(first) || first == '-');

    public static TimingLine? Read(string line)
    {
        var at = line.IndexOf(Arrow, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }
        var after = line.AsSpan(at + Arrow.Length).Trim();
        var space = after.IndexOfAny(' ', '\t');
        var end = space < 0 ? after : after[..space];
        var rest = space < 0 ? "" : after[space..].Trim().ToString();
        return CueTime.Parse(line.AsSpan(0, at)) is { } from && CueTime.Parse(end) is { } until
            ? new TimingLine(from, until, rest)
            : null;
    }
}
