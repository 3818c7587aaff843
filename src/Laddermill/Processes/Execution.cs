using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Laddermill.Processes;

/// <summary>Makes this process another program (<c>execve(2)</c>), which .NET cannot.</summary>
public static unsafe partial class Execution
{
    private const int BrokenPipe = 13; // SIGPIPE
    private const nint CloseRange = 436;
    private const nint OnExec = 1 << 2; // CLOSE_RANGE_CLOEXEC

    /// <summary>A tool: it gets our stdin, stdout and stderr, and of our environment PATH and a fixed LANG.</summary>
    /// <param name="inputs">Numbers of what it reads besides.</param>
    /// <exception cref="IOException">It cannot be run.</exception>
    internal static void Become(ImmutableArray<string> command, ImmutableArray<int> inputs) =>
        Become(
            command,
            [
                $"PATH={Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin"}",
                "LANG=C.UTF-8",
            ],
            inputs
        );

    /// <summary>A program that we trust, such as another one of ours: it gets our stdin, stdout and stderr. Returns only by throwing.</summary>
    /// <param name="command">The program's path, and its arguments.</param>
    /// <param name="variables">Its whole environment, each <c>NAME=value</c>.</param>
    /// <param name="inputs">Numbers of what it reads besides.</param>
    /// <exception cref="IOException">It cannot be run.</exception>
    public static void Become(
        ImmutableArray<string> command,
        ImmutableArray<string> variables,
        params ImmutableArray<int> inputs
    )
    {
        // The runtime ignores it, and what is ignored stays so in the next program.
        Signal(BrokenPipe, 0);
        _ = Syscall(CloseRange, 3, unchecked((nint)uint.MaxValue), OnExec);
        foreach (var input in inputs)
        {
            FileHandover.LetInherit(input);
        }
        var arguments = Strings(command);
        var environment = Strings(variables);
        Execute(command[0], arguments, environment);
        // Only reached when it failed; what was allocated goes with the process.
        throw new IOException(
            $"{command[0]} cannot be run (error {Marshal.GetLastPInvokeError()})."
        );
    }

    private static byte** Strings(ImmutableArray<string> texts)
    {
        var list = (byte**)NativeMemory.AllocZeroed((nuint)texts.Length + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Length; i++)
        {
            list[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }
        return list;
    }

    [LibraryImport(
        "libc",
        EntryPoint = "execve",
        StringMarshalling = StringMarshalling.Utf8,
        SetLastError = true
    )]
    private static partial int Execute(string path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Syscall(nint number, nint first, nint last, nint flags);
}
