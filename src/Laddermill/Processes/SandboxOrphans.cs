using System.Globalization;

namespace Laddermill.Processes;

/// <summary>
/// What is left of sandboxes when a worker is killed in the very moment of a start. bubblewrap 0.8 makes a process inside, which waits until the one outside
/// has told the kernel whose rights it has, and asks only then to die with it: when the outer is killed before, the inner waits for ever.
/// </summary>
internal static class SandboxOrphans
{
    /// <summary>The sixth of all, the fourth from the state on.</summary>
    private const int SessionField = 3;

    /// <summary>Kills them: processes of bubblewrap, started as we start it, whose session's leader (the outer process) is gone. The number of a session
    /// is given to no new process while one of it is left.</summary>
    public static void End()
    {
        // Without sessions of their own, orphans cannot be told from others.
        if (ToolStarter.Setsid is null || !OperatingSystem.IsLinux())
        {
            return;
        }
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
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
                ? int.Parse(
                    ProcessStat.FieldsFromState(File.ReadAllText($"{folder}/stat"))[SessionField],
                    CultureInfo.InvariantCulture
                )
                : null;
        }
        // It has ended while we looked, or is none of ours.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
