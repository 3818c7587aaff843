using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Laddermill.Processes;

/// <summary>
/// Our own program, started anew, which does what only the process itself can do, and then becomes the tool. In the second tier, for containers that forbid namespaces, it
/// gives up what it may do (Landlock, seccomp): the kernel lets nobody take that back. In the first it opens a <see cref="GatewayEntrance"/>.
/// </summary>
public static class Launcher
{
    /// <summary>The first word of our program's command line that makes it a launcher. For this class only.</summary>
    public const string Verb = "confine";

    /// <summary>The next word in the first tier.</summary>
    private const string Opening = "listen";

    /// <summary>The file of our program, beside the library.</summary>
    private const string ProgramName = "Laddermill.Cli";

    private const string LibraryName = "Laddermill.dll";

    /// <summary>Of what a tool may read of the system: programs, libraries, and the list of processors.</summary>
    private static readonly string[] SystemFiles =
    [
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/etc/alternatives",
        "/etc/ld.so.cache",
        "/sys/devices/system/cpu",
    ];

    private static readonly string[] Devices = ["/dev/null", "/dev/zero", "/dev/urandom"];

    private static readonly Lazy<string?> Trial = new(FindObstacle);

    /// <summary>Why it cannot be used here; null when it can. Tried once.</summary>
    public static string? Obstacle => Trial.Value;

    private static string Program => Path.Combine(AppContext.BaseDirectory, ProgramName);

    /// <summary>Whether our program lies beside the library.</summary>
    internal static bool IsThere => File.Exists(Program);

    /// <summary>All that it reads to start, besides the system's libraries: itself, or its folder where it has parts beside it, and the runtime's.</summary>
    internal static IEnumerable<string> Parts =>
        [
            File.Exists(Path.Combine(AppContext.BaseDirectory, LibraryName))
                ? AppContext.BaseDirectory
                : Program,
            .. RuntimeFolder is { } runtime ? [runtime] : (string[])[],
        ];

    /// <summary>Words of the first tier to put before a tool's own, up to and with <c>--</c>.</summary>
    internal static IEnumerable<string> Words(int port, GatewayEntrance entrance) =>
        [
            Program,
            Verb,
            Opening,
            port.ToString(CultureInfo.InvariantCulture),
            entrance.Number,
            "--",
        ];

    /// <summary>Words of the second tier to put before a tool's own, up to and with <c>--</c>.</summary>
    internal static IEnumerable<string> Words(Confinement confinement, string tool) =>
        [
            Program,
            Verb,
            (confinement.Gateway?.Port ?? 0).ToString(CultureInfo.InvariantCulture),
            string.Join(',', confinement.Inputs?.Numbers ?? []),
            tool,
            .. confinement.Readable,
            "--",
        ];

    /// <summary>What the launcher itself needs to start; the tool gets none of it.</summary>
    internal static void Prepare(IDictionary<string, string?> environment)
    {
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_TieredPGO"] = "0";
        // Where the runtime was installed by hand, its files lie three folders above its libraries.
        if (RuntimeFolder is { } folder)
        {
            environment["DOTNET_ROOT"] = folder;
        }
    }

    /// <summary>Does what the words say, and becomes the tool that follows them; returns only when that cannot be done.</summary>
    /// <param name="words"><c>listen</c>, a port, and the number of a socket; or a port or 0, the numbers of its inputs with commas between them, the tool, and files that it may read; then <c>--</c> and a command.</param>
    /// <returns>126, as shells say for what cannot be run.</returns>
    public static int Become(ImmutableArray<string> words, TextWriter error)
    {
        try
        {
            var end = words.IndexOf("--");
            ImmutableArray<int> inputs = [];
            if (words[0] == Opening)
            {
                GatewayEntrance.Open(Number(words[1]), Number(words[2]));
            }
            else
            {
                var gateway = Number(words[0]) is var port and not 0 ? port : (int?)null;
                Landlock.Restrict([.. SystemFiles, .. words[2..end]], Devices, gateway);
                SystemCallFilter.Install(gateway is not null);
                inputs =
                [
                    .. words[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number),
                ];
            }
            Execution.Become(words[(end + 1)..], inputs);
        }
        catch (Exception failure)
            when (failure is IOException or FormatException or SocketException)
        {
            error.WriteLine($"laddermill: the tool cannot be confined: {failure.Message}");
        }
        return 126;
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    /// <summary>Null where the runtime is a part of the program.</summary>
    private static string? RuntimeFolder =>
        AppContext.GetData("FX_DEPS_FILE") is string { Length: > 0 } dependencies
        && Path.GetFullPath(Path.Combine(Path.GetDirectoryName(dependencies)!, "../../.."))
            is var folder
        && Directory.Exists(Path.Combine(folder, "host", "fxr"))
            ? folder
            : null;

    private static string? FindObstacle()
    {
        if (!IsThere)
        {
            return $"there is no {Program}.";
        }
        if (!SystemCallFilter.IsKnownHere)
        {
            return "the filter for system calls is not made for this processor.";
        }
        if (Landlock.Version < 1)
        {
            return "the kernel has no Landlock, or forbids it.";
        }
        string[] words = [.. Words(Confinement.Pipes, "/usr/bin/true"), "/usr/bin/true"];
        var info = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        Prepare(info.Environment);
        using var trial = Process.Start(info)!;
        var said = trial.StandardError.ReadToEnd();
        trial.WaitForExit();
        return trial.ExitCode == 0 ? null : $"its launcher says \"{said.Trim()}\".";
    }
}
