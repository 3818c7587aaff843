using System.Diagnostics;
using System.Text;

namespace Laddermill.Processes;

/// <summary>The first tier: namespaces of its own for a tool, made by bubblewrap (<c>bwrap</c>).</summary>
internal static class Bubblewrap
{
    private static readonly string? Bwrap = ToolPath.Find("bwrap");

    private static readonly string[] SystemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64"];

    private static string[] Beginning => [Bwrap!, "--unshare-all", "--die-with-parent"];

    private static readonly Lazy<string?> Trial = new(FindObstacle);

    /// <summary>Why it cannot be used here; null when it can. Tried once: it may be installed, and forbidden.</summary>
    public static string? Obstacle => Trial.Value;

    /// <summary>Whether a command line, as <c>/proc</c> shows it, is that of a bubblewrap that we start.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> commandLine) =>
        Bwrap is not null
        && commandLine.StartsWith(Encoding.UTF8.GetBytes(string.Join('\0', Beginning)));

    /// <summary>Words to put before a tool's own, up to and with <c>--</c>.</summary>
    /// <param name="entrance">Where the gateway comes in; without it a tool that reads from there shares our network.</param>
    public static IEnumerable<string> Words(
        Confinement confinement,
        string tool,
        GatewayEntrance? entrance
    )
    {
        List<string> words =
        [
            .. Beginning,
            .. confinement.Gateway is null || entrance is not null ? [] : (string[])["--share-net"],
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
        return entrance is null
            ? words.Append("--")
            : words.Concat(WithLauncher(confinement.Gateway!.Port, entrance));
    }

    /// <summary>Our own program is the first inside, with what it needs to start; the tool that it becomes gets none of the variables.</summary>
    private static IEnumerable<string> WithLauncher(int port, GatewayEntrance entrance)
    {
        var needed = new Dictionary<string, string?>();
        Launcher.Prepare(needed);
        return
        [
            .. Launcher.Parts.SelectMany(part => (string[])["--ro-bind", part, part]),
            .. needed.SelectMany(pair => (string[])["--setenv", pair.Key, pair.Value!]),
            "--",
            .. Launcher.Words(port, entrance),
        ];
    }

    private static string? FindObstacle()
    {
        if (Bwrap is null)
        {
            return "there is no bubblewrap (bwrap) on PATH.";
        }
        string[] words =
        [
            // As tools are started: see SandboxOrphans.
            .. ToolStarter.Setsid is { } setsid ? (string[])[setsid, "--"] : [],
            .. Words(Confinement.Pipes, "/usr/bin/true", null),
            "/usr/bin/true",
        ];
        using var trial = Process.Start(
            new ProcessStartInfo(words[0], words[1..])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var said = trial.StandardError.ReadToEnd();
        trial.WaitForExit();
        return trial.ExitCode == 0 ? null : $"bubblewrap says \"{said.Trim()}\".";
    }
}
