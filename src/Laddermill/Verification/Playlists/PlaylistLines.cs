using System.Collections.Immutable;
using System.Text;

namespace Laddermill.Verification.Playlists;

/// <summary>One line that counts: a tag, or a URI when <paramref name="Tag"/> is null.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Tag">Such as <c>EXTINF</c>, without <c>#</c>.</param>
/// <param name="Value">What stands behind the tag's colon, or the URI.</param>
public sealed record PlaylistLine(int Number, string? Tag, string Value);

/// <summary>Splits a playlist into lines as RFC 8216bis §4.1 wants them.</summary>
internal static class PlaylistLines
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static ImmutableArray<PlaylistLine> Read(
        ReadOnlySpan<byte> bytes,
        ICollection<string> problems
    )
    {
        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            problems.Add("it is not UTF-8");
            return [];
        }
        if (text.StartsWith('\uFEFF'))
        {
            problems.Add("it starts with a byte order mark");
        }
        var rows = text.Split('\n');
        if (rows[0].TrimEnd('\r') != "#EXTM3U")
        {
            problems.Add("line 1 is not #EXTM3U");
        }
        var lines = ImmutableArray.CreateBuilder<PlaylistLine>();
        for (var index = 1; index < rows.Length; index++)
        {
            var row = rows[index].TrimEnd('\r');
            if (row.Any(char.IsControl) || row != row.Trim())
            {
                problems.Add($"line {index + 1}: control characters or white space around it");
            }
            if (Parse(index + 1, row) is { } line)
            {
                lines.Add(line);
            }
        }
        return lines.DrainToImmutable();
    }

    private static PlaylistLine? Parse(int number, string row)
    {
        if (row.StartsWith("#EXT", StringComparison.Ordinal))
        {
            var colon = row.IndexOf(':', StringComparison.Ordinal);
            return colon < 0
                ? new(number, row[1..], "")
                : new(number, row[1..colon], row[(colon + 1)..]);
        }
        return row.Length == 0 || row[0] == '#' ? null : new(number, null, row);
    }
}
