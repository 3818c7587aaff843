using System.Runtime.InteropServices;

namespace Laddermill.Processes;

/// <summary>
/// Landlock (https://docs.kernel.org/userspace-api/landlock.html): a process without privileges takes from itself and its children the right to files and to the
/// network, for good. What a kernel does not know yet is not asked for.
/// </summary>
internal static unsafe partial class Landlock
{
    // The same numbers on every processor (asm-generic/unistd.h).
    private const nint CreateRuleset = 444;
    private const nint AddRule = 445;
    private const nint RestrictSelf = 446;

    private const uint VersionWanted = 1;
    private const int PathBeneath = 1;
    private const int NetPort = 2;

    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;

    private const ulong BindTcp = 1 << 0;
    private const ulong ConnectTcp = 1 << 1;

    /// <summary>Sockets without a path, and signals, of processes outside.</summary>
    private const ulong AllScopes = 0b11;

    private const int OnlyPath = 0x200000; // O_PATH
    private const int CloseOnExec = 0x80000; // O_CLOEXEC

    /// <summary>1 and more; 0 where the kernel has no Landlock, or whoever made the container forbids it.</summary>
    public static int Version { get; } =
        OperatingSystem.IsLinux()
            ? Math.Max(0, (int)Syscall(CreateRuleset, null, 0, VersionWanted))
            : 0;

    /// <summary>All rights to files that this version knows; all of them are refused but for what a rule allows.</summary>
    internal static ulong FileRights(int version) =>
        version switch
        {
            1 => (1UL << 13) - 1,
            2 => (1UL << 14) - 1, // LANDLOCK_ACCESS_FS_REFER
            3 or 4 => (1UL << 15) - 1, // …TRUNCATE
            _ => (1UL << 16) - 1, // …IOCTL_DEV
        };

    /// <param name="readable">Files, or folders with all in them; those that are absent are passed over.</param>
    /// <param name="devices">Files that may be read and written.</param>
    /// <param name="gateway">The one TCP port of this machine that may be connected to; null: none.</param>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static void Restrict(
        IEnumerable<string> readable,
        IEnumerable<string> devices,
        int? gateway
    )
    {
        var version = Version;
        var attributes = new Ruleset
        {
            Files = FileRights(version),
            Network = version >= 4 ? BindTcp | ConnectTcp : 0,
            Scopes = version >= 6 ? AllScopes : 0,
        };
        // Older kernels know shorter structures, and take longer ones if the rest is zero.
        var rules = (int)Check(
            Syscall(CreateRuleset, &attributes, (nuint)sizeof(Ruleset), 0),
            "a ruleset"
        );
        foreach (var path in readable)
        {
            Allow(rules, path, Execute | ReadFile | ReadFolder);
        }
        foreach (var path in devices)
        {
            Allow(rules, path, ReadFile | WriteFile);
        }
        if (gateway is { } port && version >= 4)
        {
            var rule = new PortRule { Allowed = ConnectTcp, Port = (ulong)port };
            Check(Syscall(AddRule, rules, NetPort, &rule, 0), "a port");
        }
        Check(Prctl(NoNewPrivileges, 1, 0, 0, 0), "no new privileges");
        Check(Syscall(RestrictSelf, rules, 0), "the rules");
    }

    private static void Allow(int rules, string path, ulong rights)
    {
        var file = Open(path, OnlyPath | CloseOnExec);
        if (file < 0)
        {
            return;
        }
        // The kernel refuses rules that give a file what only folders have.
        var rule = new PathRule
        {
            Allowed = Directory.Exists(path) ? rights : rights & ~ReadFolder,
            File = file,
        };
        Check(Syscall(AddRule, rules, PathBeneath, &rule, 0), path);
        _ = Close(file);
    }

    private static nint Check(nint result, string what) =>
        result >= 0
            ? result
            : throw new IOException(
                $"the kernel refused {what} (error {Marshal.GetLastPInvokeError()})."
            );

    private const int NoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS

    private struct Ruleset
    {
        public ulong Files;
        public ulong Network;
        public ulong Scopes;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct PathRule
    {
        public ulong Allowed;
        public int File;
    }

    private struct PortRule
    {
        public ulong Allowed;
        public ulong Port;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, Ruleset* ruleset, nuint size, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint rules, nint kind, void* rule, nint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint rules, nint flags);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport(
        "libc",
        EntryPoint = "open",
        StringMarshalling = StringMarshalling.Utf8,
        SetLastError = true
    )]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
