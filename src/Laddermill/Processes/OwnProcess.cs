using System.Globalization;
using System.Runtime.InteropServices;

namespace Laddermill.Processes;

/// <summary>Hides this process from the tools that it starts as the same user.</summary>
public static partial class OwnProcess
{
    private const int SetDumpable = 4; // PR_SET_DUMPABLE

    /// <summary>
    /// Makes our memory, environment and files in <c>/proc</c> root's, forbids debuggers, and closes the runtime's diagnostic port, through which the same user could ask for
    /// our environment or run code in us. Tools such as dotnet-trace find us no more. Programs that we start are not affected.
    /// </summary>
    public static void Hide()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        _ = Prctl(SetDumpable, 0, 0, 0, 0);
        var port = string.Create(
            CultureInfo.InvariantCulture,
            $"dotnet-diagnostic-{Environment.ProcessId}-*-socket"
        );
        foreach (var socket in Directory.EnumerateFiles(Path.GetTempPath(), port))
        {
            // Nobody can connect to a socket that has no name any more.
            File.Delete(socket);
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);
}
