using System.Globalization;
using Laddermill.Processes;

namespace Laddermill.Engines.ChildProcesses;

/// <summary>One group of processes, in which the kernel holds limits. Where that takes several hierarchies, it has a folder in each.</summary>
internal sealed class ControlGroup(IReadOnlyList<string> folders)
{
    private const string Members = "cgroup.procs";

    /// <summary>What makes whoever writes it a member (cgroups(7)).</summary>
    private const string Oneself = "0";

    /// <summary>What cannot be entered ends as what cannot be run (126).</summary>
    private const string EnterAndBecome =
        """while [ "$1" != -- ]; do echo 0 >"$1" || exit 126; shift; done; shift; exec "$@" """;

    /// <summary>What tells of processes that were killed for memory, in versions 2 and 1.</summary>
    private static readonly string[] EventFiles = ["memory.events", "memory.oom_control"];

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>A dying process may wait for a disk.</summary>
    private const int MostLooks = 500;

    /// <summary>
    /// Words to put before a program's own, which enter the group and then become the program: put there by others, it might have started something before, or have ended. The
    /// words are the script's arguments, and never a part of it.
    /// </summary>
    public IEnumerable<string> Entering =>
        [
            "/bin/sh",
            "-c",
            EnterAndBecome,
            "sh",
            .. folders.Select(folder => Path.Join(folder, Members)),
            "--",
        ];

    /// <summary>Whether the kernel killed one of it because it needed too much memory.</summary>
    public bool HasBeenKilledForMemory =>
        folders
            .SelectMany(folder => EventFiles.Select(file => Path.Join(folder, file)))
            .Where(File.Exists)
            .Any(file => GroupLimits.Killed(File.ReadAllText(file)) > 0);

    /// <summary>Puts this process into it, with all its threads.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public void Enter()
    {
        foreach (var folder in folders)
        {
            Write(Path.Join(folder, Members), Oneself);
        }
    }

    /// <summary>Kills what is left in it, and removes it. What cannot be removed now, a later server removes.</summary>
    public async Task EndAsync()
    {
        for (var look = 0; look < MostLooks && !TryEnd(); look++)
        {
            await Task.Delay(LookEvery, TimeProvider.System, CancellationToken.None)
                .ConfigureAwait(false);
        }
    }

    /// <returns>Whether it is gone.</returns>
    public bool TryEnd()
    {
        var isGone = true;
        foreach (var folder in folders.Where(Directory.Exists))
        {
            try
            {
                foreach (var member in File.ReadLines(Path.Join(folder, Members)))
                {
                    Signals.Kill(int.Parse(member, CultureInfo.InvariantCulture));
                }
                Directory.Delete(folder);
            }
            // Its processes are about to end.
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                isGone = !Directory.Exists(folder) && isGone;
            }
        }
        return isGone;
    }

    /// <summary>Files of the kernel are neither made nor cut short.</summary>
    public static void Write(string file, string text)
    {
        using var stream = new FileStream(
            file,
            FileMode.Open,
            FileAccess.Write,
            FileShare.ReadWrite,
            bufferSize: 0
        );
        stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }
}
