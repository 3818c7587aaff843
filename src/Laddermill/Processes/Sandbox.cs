using System.Collections.Immutable;
using System.Diagnostics;

namespace Laddermill.Processes;

/// <summary>Whether tools that read hostile media are shut in.</summary>
public enum SandboxMode
{
    /// <summary>In a sandbox where the system lets us make one.</summary>
    Auto,

    /// <summary>In a sandbox or not at all.</summary>
    Require,

    /// <summary>Never in a sandbox; what needs no namespaces (privileges, rlimits) is still taken from them.</summary>
    Off,
}

/// <summary>What a tool that reads hostile media may reach; nothing else of the system's files, processes and networks.</summary>
/// <param name="Readable">Files, full paths.</param>
/// <param name="Writable">Folders, full paths: those that hold our sockets.</param>
/// <param name="NeedsNetwork">Whether it reads from our own loopback gateway.</param>
public sealed record Confinement(
    ImmutableArray<string> Readable,
    ImmutableArray<string> Writable,
    bool NeedsNetwork = false
)
{
    /// <summary>Only what comes through its stdin, and goes out through its stdout.</summary>
    public static Confinement Pipes { get; } = new([], []);
}

/// <summary>
/// Shuts tools in. First tier: bubblewrap, where the system has it and lets it make namespaces. Second tier, everywhere: no privileges to be
/// gained, no files to be written, no core dumps.
/// </summary>
public static class Sandbox
{
    /// <summary>The environment variable that chooses: <c>auto</c>, <c>require</c> or <c>off</c>.</summary>
    public const string Variable = "LADDERMILL_SANDBOX";

    private static readonly AsyncLocal<SandboxMode?> Chosen = new();

    /// <summary>Why bubblewrap cannot be used here; null when it can. Tried once: it may be installed, and forbidden.</summary>
    private static readonly Lazy<string?> Obstacle = new(FindObstacle);

    private static readonly string? Bwrap = ToolPath.Find("bwrap");
    private static readonly string? Prlimit = ToolPath.Find("prlimit");

    private static readonly string[] SystemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64"];

    /// <summary>In words, for <c>job.json</c> and people: <c>bubblewrap</c> or <c>none</c>.</summary>
    /// <exception cref="SandboxException">One is required and cannot be had, or the environment variable is wrong.</exception>
    public static string Tier => IsOn() ? "bubblewrap" : "none";

    /// <summary>Why <see cref="Tier"/> is <c>none</c>, though one was wanted; else null.</summary>
    public static string? Shortcoming => Mode == SandboxMode.Auto ? Obstacle.Value : null;

    private static SandboxMode Mode =>
        Chosen.Value
        ?? Parse(
            Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } word ? word : "auto"
        );

    /// <summary>Chooses for the caller's flow of control and all that it starts; wins over the environment.</summary>
    public static void Choose(SandboxMode mode) => Chosen.Value = mode;

    /// <exception cref="SandboxException">It is none of the three words.</exception>
    public static SandboxMode Parse(string word) =>
        word switch
        {
            "auto" => SandboxMode.Auto,
            "require" => SandboxMode.Require,
            "off" => SandboxMode.Off,
            _ => throw new SandboxException(
                $"The sandbox is \"{word}\"; it must be auto, require or off."
            ),
        };

    /// <summary>Words to put before a tool's own, each of which replaces itself by the next.</summary>
    /// <exception cref="SandboxException">A sandbox is required and cannot be had.</exception>
    internal static IEnumerable<string> Wrap(Confinement confinement, string tool)
    {
        // Set inside, because bubblewrap has a file of its own to write. Tools write to our sockets and pipes only: any file is one too many.
        IEnumerable<string> limits = Prlimit is null
            ? []
            : [Prlimit, "--core=0", "--fsize=0", "--nofile=256", "--"];
        return IsOn() ? [Bwrap!, .. Namespaces(confinement, tool), "--", .. limits] : limits;
    }

    /// <summary>
    /// Options of setpriv. Root has capabilities to give away; bubblewrap needs them for its namespaces, and drops them by itself.
    /// </summary>
    internal static string[] Privileges() =>
        Environment.IsPrivilegedProcess && !IsOn()
            ? ["--no-new-privs", "--inh-caps", "-all", "--bounding-set", "-all"]
            : ["--no-new-privs"];

    private static bool IsOn()
    {
        if (Mode == SandboxMode.Require && Obstacle.Value is { } why)
        {
            throw new SandboxException(
                $"A sandbox is required, but cannot be had: {why} Install bubblewrap, allow user namespaces, or choose --sandbox auto."
            );
        }
        return Mode != SandboxMode.Off && Obstacle.Value is null;
    }

    private static List<string> Namespaces(Confinement confinement, string tool)
    {
        List<string> words =
        [
            "--unshare-all",
            .. confinement.NeedsNetwork ? (string[])["--share-net"] : [],
            "--die-with-parent",
            "--cap-drop",
            "ALL",
            "--ro-bind",
            "/usr",
            "/usr",
            // Libraries such as BLAS are found by way of these.
            "--ro-bind-try",
            "/etc/alternatives",
            "/etc/alternatives",
            "--ro-bind-try",
            "/etc/ld.so.cache",
            "/etc/ld.so.cache",
        ];
        foreach (var folder in SystemFolders.Where(Directory.Exists))
        {
            words.AddRange(
                new DirectoryInfo(folder).LinkTarget is { } target
                    ? ["--symlink", target, folder]
                    : ["--ro-bind", folder, folder]
            );
        }
        words.AddRange(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]);
        // A tool that was installed by hand.
        if (!tool.StartsWith("/usr/", StringComparison.Ordinal))
        {
            words.AddRange(["--ro-bind", tool, tool]);
        }
        foreach (var file in confinement.Readable)
        {
            words.AddRange(["--ro-bind", file, file]);
        }
        foreach (var folder in confinement.Writable)
        {
            words.AddRange(["--bind", folder, folder]);
        }
        words.AddRange(["--chdir", "/tmp", "--clearenv"]);
        words.AddRange(["--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LANG", "C.UTF-8"]);
        return words;
    }

    private static string? FindObstacle()
    {
        if (Bwrap is null)
        {
            return "there is no bubblewrap (bwrap) on PATH.";
        }
        var info = new ProcessStartInfo(Bwrap)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var word in Namespaces(Confinement.Pipes, "/usr/bin/true"))
        {
            info.ArgumentList.Add(word);
        }
        info.ArgumentList.Add("--");
        info.ArgumentList.Add("/usr/bin/true");
        using var trial = Process.Start(info)!;
        var said = trial.StandardError.ReadToEnd();
        trial.WaitForExit();
        return trial.ExitCode == 0 ? null : $"bubblewrap says \"{said.Trim()}\".";
    }
}

/// <summary>The sandbox that was asked for cannot be had, or nobody knows what was asked for.</summary>
public sealed class SandboxException(string message) : Exception(message);
