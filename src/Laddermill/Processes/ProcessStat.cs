namespace Laddermill.Processes;

/// <summary>What Linux tells of a process in <c>/proc/PID/stat</c> (proc(5)).</summary>
internal static class ProcessStat
{
    /// <returns>
    /// The fields from the third (its state) on, which is the first here: the name before them, in brackets, may hold blanks and brackets.
    /// </returns>
    public static string[] FieldsFromState(string stat) =>
        stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
