using System.Globalization;
using System.Text;

namespace Laddermill.Processes;

/// <summary>
/// What is left of sandboxes when a worker is killed in the very moment of a start. bubblewrap 0.8 makes a process inside, which waits until the one outside
/// has told the kernel whose rights it has, and asks only then to die with it: when the outer is killed before, the inner waits for ever.
/// </summary>
internal static class SandboxOrphans
{
    /// <summary>Kills them: processes of bubblewrap, started as we start it, whose session's leader (the outer process) is gone. The number of a session
    /// is given to no new process while one of it is left.</summary>
    public static void End()
    {
        // Without sessions of their own, orphans cannot be told from others.
        foreach (var folder in ToolStarter.Setsid is null ? [] : Directory.GetDirectories("/proc"))
        {
            if (
                int.TryParse(
                    Path.GetFileName(folder),
                    CultureInfo.InvariantCulture,
                    out var processId
                )
                && Session(folder) is { } session
                && !Directory.Exists($"/proc/{session}")
            )
            {
                Signals.Kill(processId);
            }
        }
    }

    /// <returns>The session of a process of bubblewrap; null for any other.</returns>
    private static int? Session(string folder)
    {
        try
        {
            return Bubblewrap.IsOurs(File.ReadAllBytes($"{folder}/cmdline"))
                ? ReadSession(File.ReadAllText($"{folder}/stat", Encoding.Latin1))
                : null;
        }
        // It has ended while we looked, or is none of ours.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Field 6 of <c>/proc/PID/stat</c> (proc(5)); the name before it, in brackets, may hold blanks and brackets.</summary>
    private static int ReadSession(string stat) =>
        int.Parse(
            stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[
                3
            ],
            CultureInfo.InvariantCulture
        );
}
