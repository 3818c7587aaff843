using Laddermill.Processes;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Players;

/// <summary>
/// The images of worker and function, of their own Dockerfiles and of what deploy/collect takes from this machine. Only the programs are not published but
/// those that were built with the tests, and bring the runtime that the tests run on: compiling them ahead of time takes minutes.
/// </summary>
internal sealed class CloudImages : IAsyncDisposable
{
    /// <summary>Where a program looks for its runtime, in these images.</summary>
    public const string Runtime = "/usr/share/dotnet";

    private const string Shared = "Microsoft.NETCore.App";

    /// <summary>Files that both sorts of .NET programs load.</summary>
    private static readonly string[] Libraries =
    [
        "libdl.so.2",
        "libgcc_s.so.1",
        "libpthread.so.0",
        "librt.so.1",
        "libstdc++.so.6",
    ];

    private readonly string tag = Guid.NewGuid().ToString("n");
    private readonly List<string> built = [];

    private CloudImages(string engine) => Engine = engine;

    /// <summary>The Docker Engine that has them.</summary>
    public string Engine { get; }

    public string Worker => $"laddermill-test/worker:{tag}";

    public string Function => $"laddermill-test/function:{tag}";

    /// <param name="folder">An empty one.</param>
    public static async Task<CloudImages> BuildAsync(string engine, string folder)
    {
        var images = await BuildWorkerAsync(engine, Path.Join(folder, "w"));
        await BuildAsync(
            engine,
            Path.Join(folder, "f"),
            images.Function,
            "function",
            "Laddermill.Function"
        );
        images.built.Add(images.Function);
        return images;
    }

    /// <summary>That of the worker alone.</summary>
    /// <param name="folder">An empty one.</param>
    public static async Task<CloudImages> BuildWorkerAsync(string engine, string folder)
    {
        var images = new CloudImages(engine);
        await BuildAsync(engine, folder, images.Worker, "worker", "Laddermill.Cli");
        images.built.Add(images.Worker);
        return images;
    }

    public async ValueTask DisposeAsync() =>
        await DockerDaemon.RunAsync(Engine, ["rmi", "--force", .. built]);

    private static async Task BuildAsync(
        string engine,
        string folder,
        string tag,
        string kind,
        string program
    )
    {
        var deploy = Repository.PathTo("deploy");
        Directory.CreateDirectory(folder);
        File.Copy(Path.Join(deploy, kind, "Dockerfile"), Path.Join(folder, "Dockerfile"));
        var root = Path.Join(folder, "root");
        await RunAsync(Path.Join(deploy, "collect"), [kind, root, .. Libraries]);
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        await CopyAsync(
            Repository.PathTo("artifacts", "bin", program, configuration),
            Path.Join(folder, kind == "worker" ? "laddermill" : kind)
        );
        // …/shared/Microsoft.NETCore.App/VERSION
        var own = new DirectoryInfo(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        var installation = own.Parent!.Parent!.Parent!.FullName;
        foreach (
            var part in (string[])
                [$"shared/{Shared}", "shared/Microsoft.AspNetCore.App", "host/fxr"]
        )
        {
            var version = Path.Join(part, own.Name);
            if (kind == "function" || !part.Contains("AspNet", StringComparison.Ordinal))
            {
                await CopyAsync(
                    Path.Join(installation, version),
                    Path.Join(root, Runtime, version)
                );
            }
        }
        await DockerDaemon.RunAsync(engine, "build", "--quiet", "--tag", tag, folder);
    }

    private static async Task CopyAsync(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await RunAsync("cp", ["-r", source, target]);
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        await using var tool = ToolProcess.Start(
            new ToolCommand(program, [.. arguments]) { Environment = ToolEnvironment.Inherited },
            cancellationToken: TestContext.Current.CancellationToken
        );
        await tool.EnsureSuccessAsync($"{program} failed.");
    }
}
