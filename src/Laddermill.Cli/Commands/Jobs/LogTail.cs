namespace Laddermill.Cli.Commands.Jobs;

/// <summary>
/// Finds what is new in a log of which only the end is kept, and whose lines come in two parts, output and errors, so that new ones may also stand in its midst.
/// </summary>
internal sealed class LogTail
{
    private string[] known = [];

    /// <summary>The lines that were added since the last call.</summary>
    /// <param name="text">The log's end as it is now.</param>
    public IReadOnlyList<string> NewLines(string text)
    {
        string[] lines = text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
        var before = known;
        known = lines;
        // The fewest lines that can have been left out at the front since.
        for (var left = 0; left < before.Length; left++)
        {
            if (Added(before.AsSpan(left), lines) is { } added)
            {
                return added;
            }
        }
        return lines;
    }

    /// <summary>What has to be added to lines to get others; null when that cannot be done.</summary>
    private static List<string>? Added(ReadOnlySpan<string> before, string[] now)
    {
        var added = new List<string>();
        var met = 0;
        foreach (var line in now)
        {
            if (met < before.Length && before[met] == line)
            {
                met++;
            }
            else
            {
                added.Add(line);
            }
        }
        return met == before.Length ? added : null;
    }
}
