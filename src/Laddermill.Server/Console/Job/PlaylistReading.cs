using System.Collections.Immutable;
using System.Globalization;

namespace Laddermill.Server.Console.Job;

/// <summary>Lengths and names of segments, from a media playlist of ours (RFC 8216 §4.3.2.1).</summary>
internal static class PlaylistReading
{
    private const string Length = "#EXTINF:";

    /// <returns>In order; the same file may come several times, as in a playlist of key frames.</returns>
    public static ImmutableArray<(double Seconds, string File)> Segments(string playlist)
    {
        var found = ImmutableArray.CreateBuilder<(double, string)>();
        double? seconds = null;
        foreach (var line in playlist.Split('\n').Select(each => each.Trim()))
        {
            if (line.StartsWith(Length, StringComparison.Ordinal))
            {
                seconds = double.TryParse(
                    line[Length.Length..].Split(',')[0],
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out var read
                )
                    ? read
                    : null;
            }
            else if (line.Length > 0 && line[0] != '#' && seconds is { } known)
            {
                found.Add((known, line));
                seconds = null;
            }
        }
        return found.ToImmutable();
    }

    /// <summary>Where each begins, in seconds.</summary>
    public static ImmutableArray<double> Starts(
        ImmutableArray<(double Seconds, string File)> segments
    )
    {
        var starts = ImmutableArray.CreateBuilder<double>(segments.Length);
        var at = 0.0;
        foreach (var (seconds, _) in segments)
        {
            starts.Add(at);
            at += seconds;
        }
        return starts.ToImmutable();
    }
}
