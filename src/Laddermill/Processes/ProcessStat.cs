using System.Globalization;

namespace Laddermill.Processes;

/// <summary>What Linux tells of a process in <c>/proc</c> (proc(5)).</summary>
internal static class ProcessStat
{
    /// <param name="stat">The text of <c>/proc/PID/stat</c>.</param>
    /// <returns>
    /// The fields from the third (its state) on, which is the first here: the name before them, in brackets, may hold blanks and brackets.
    /// </returns>
    public static string[] FieldsFromState(string stat) =>
        stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Those of the main thread; the wrappers that we know have no other. None where the kernel does not tell (CONFIG_PROC_CHILDREN).</summary>
    /// <exception cref="IOException">There is no such process.</exception>
    public static IEnumerable<int> Children(int processId)
    {
        var list = $"/proc/{processId}/task/{processId}/children";
        return File.Exists(list)
            ? File.ReadAllText(list)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))
            : [];
    }
}
