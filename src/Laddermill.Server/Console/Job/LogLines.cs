namespace Laddermill.Server.Console.Job;

/// <summary>A worker's words as people read them: what it writes for programs, its progress and its result, a page shows otherwise.</summary>
internal static class LogLines
{
    private const int Most = 400;

    /// <returns>The last lines, and how many for programs were left out among all.</returns>
    public static (IReadOnlyList<string> Lines, int LeftOut) Of(string log)
    {
        var all = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var shown = all.Where(line =>
                !line.StartsWith("{\"progress\":", StringComparison.Ordinal)
                && !line.StartsWith("{\"result\":", StringComparison.Ordinal)
            )
            .ToList();
        return (shown.TakeLast(Most).ToList(), all.Length - shown.Count);
    }
}
