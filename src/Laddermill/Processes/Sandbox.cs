using System.Collections.Immutable;

namespace Laddermill.Processes;

/// <summary>Whether tools that read hostile media are shut in.</summary>
public enum SandboxMode
{
    /// <summary>In a sandbox where the system lets us make one.</summary>
    Auto,

    /// <summary>In a sandbox or not at all.</summary>
    Require,

    /// <summary>In that of the second tier, although there may be the first.</summary>
    Landlock,

    /// <summary>Never in a sandbox; what needs no namespaces (privileges, rlimits) is still taken from them.</summary>
    Off,
}

/// <summary>What a tool that reads hostile media may reach; nothing else of the system's files, processes and networks.</summary>
/// <param name="Readable">Files, full paths.</param>
/// <param name="Writable">Folders, full paths: those that hold our sockets.</param>
/// <param name="Gateway">Our own gateway, where it reads from there.</param>
public sealed record Confinement(
    ImmutableArray<string> Readable,
    ImmutableArray<string> Writable,
    LoopbackGateway? Gateway = null
)
{
    /// <summary>What it reads beside its stdin, where it needs no gateway; null: nothing. They are good for one start.</summary>
    internal ToolInputs? Inputs { get; init; }

    /// <summary>How much it may use.</summary>
    public ToolLimits Limits { get; init; } = new();

    /// <summary>Only what comes through its stdin, and goes out through its stdout.</summary>
    public static Confinement Pipes { get; } = new([], []);
}

/// <summary>
/// Shuts tools in. First tier: bubblewrap, where the system has it and lets it make namespaces. Second tier, for containers: Landlock and a filter
/// for system calls. In both and without them: no privileges to be gained, no files to be written, no core dumps.
/// </summary>
public static class Sandbox
{
    /// <summary>The environment variable that chooses: <c>auto</c>, <c>require</c>, <c>landlock</c> or <c>off</c>.</summary>
    public const string Variable = "LADDERMILL_SANDBOX";

    private const string First = "bubblewrap";
    private const string Second = "landlock";
    private const string None = "none";

    private static readonly AsyncLocal<SandboxMode?> Chosen = new();

    private static readonly string? Prlimit = ToolPath.Find("prlimit");

    /// <summary>In words, for <c>job.json</c> and people: <c>bubblewrap</c>, <c>landlock</c> or <c>none</c>.</summary>
    /// <exception cref="SandboxException">One is required and cannot be had, or the environment variable is wrong.</exception>
    public static string Tier =>
        Mode switch
        {
            SandboxMode.Off => None,
            SandboxMode.Landlock when Launcher.Obstacle is { } why => throw new SandboxException(
                $"Landlock was chosen, but cannot be had: {why} Choose --sandbox auto."
            ),
            SandboxMode.Landlock => Second,
            _ when Bubblewrap.Obstacle is null => First,
            _ when Launcher.Obstacle is null => Second,
            SandboxMode.Require => throw new SandboxException(
                $"A sandbox is required, but cannot be had: {Bubblewrap.Obstacle} And {Launcher.Obstacle} Install bubblewrap, allow user namespaces, or choose --sandbox auto."
            ),
            _ => None,
        };

    /// <summary>Why <see cref="Tier"/> is not the first, though the best was wanted; else null.</summary>
    public static string? Shortcoming =>
        Mode is not SandboxMode.Auto || Tier == First ? null
        : Tier == Second ? Bubblewrap.Obstacle
        : $"{Bubblewrap.Obstacle} And {Launcher.Obstacle}";

    private static SandboxMode Mode =>
        Chosen.Value
        ?? Parse(
            Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } word ? word : "auto"
        );

    /// <summary>Chooses for the caller's flow of control and all that it starts; wins over the environment.</summary>
    public static void Choose(SandboxMode mode) => Chosen.Value = mode;

    /// <exception cref="SandboxException">It is none of the words.</exception>
    public static SandboxMode Parse(string word) =>
        word switch
        {
            "auto" => SandboxMode.Auto,
            "require" => SandboxMode.Require,
            "landlock" => SandboxMode.Landlock,
            "off" => SandboxMode.Off,
            _ => throw new SandboxException(
                $"The sandbox is \"{word}\"; it must be auto, require, landlock or off."
            ),
        };

    /// <summary>A door for our gateway into the network that the tool will have; null when it has none of its own, or reads nothing from a gateway.</summary>
    /// <exception cref="SandboxException">A sandbox is required and cannot be had.</exception>
    internal static GatewayEntrance? MakeEntrance(Confinement confinement) =>
        confinement.Gateway is not null && Tier == First && Launcher.IsThere ? new() : null;

    /// <summary>Words to put before a tool's own, each of which replaces itself by the next.</summary>
    /// <exception cref="SandboxException">A sandbox is required and cannot be had.</exception>
    internal static IEnumerable<string> Wrap(
        Confinement confinement,
        string tool,
        GatewayEntrance? entrance
    )
    {
        var tier = Tier;
        return
        [
            .. tier == First ? Bubblewrap.Words(confinement, tool, entrance)
            : tier == Second ? Launcher.Words(confinement, tool)
            : [],
            // Set inside: bubblewrap has a file of its own to write. Tools write to our sockets and pipes only, so any file is one too many.
            .. Prlimit is null
                ? []
                : (IEnumerable<string>)
                    [
                        Prlimit,
                        "--core=0",
                        "--fsize=0",
                        "--nofile=256",
                        .. confinement.Limits.ForKernel(),
                        "--",
                    ],
        ];
    }

    /// <summary>What the first of the words needs.</summary>
    internal static void Prepare(IDictionary<string, string?> environment)
    {
        if (Tier == Second)
        {
            Launcher.Prepare(environment);
        }
    }

    /// <summary>
    /// Options of setpriv. Root has capabilities to give away; bubblewrap needs them for its namespaces, and drops them by itself.
    /// </summary>
    internal static string[] Privileges() =>
        Environment.IsPrivilegedProcess && Tier != First
            ? ["--no-new-privs", "--inh-caps", "-all", "--bounding-set", "-all"]
            : ["--no-new-privs"];
}

/// <summary>The sandbox that was asked for cannot be had, or nobody knows what was asked for.</summary>
public sealed class SandboxException(string message) : Exception(message);
