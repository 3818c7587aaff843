using System.Runtime.InteropServices;

namespace Laddermill.Processes;

/// <summary>POSIX <c>kill(2)</c>: .NET can only kill, not ask to end.</summary>
internal static partial class Signals
{
    private const int Term = 15;
    private const int Killed = 9;

    /// <summary>Asks the process and those it started to end.</summary>
    public static void Terminate(int processId)
    {
        // Before setsid(1) has run there is no group yet.
        if (Send(-processId, Term) != 0)
        {
            _ = Send(processId, Term);
        }
    }

    /// <summary>Ends what is left of the group that the process led; nothing when there is none.</summary>
    public static void KillGroup(int processId) => _ = Send(-processId, Killed);

    /// <summary>Ends this one process; nothing when it is gone, or somebody else's.</summary>
    public static void Kill(int processId) => _ = Send(processId, Killed);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int processId, int signal);
}
