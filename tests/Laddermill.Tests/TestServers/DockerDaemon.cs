using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laddermill.Processes;
using Laddermill.Tests.TestServers;

[assembly: AssemblyFixture(typeof(DockerDaemon))]

namespace Laddermill.Tests.TestServers;

/// <summary>
/// A Docker Engine for all tests of the run: the machine's own where one runs, else one that is started in a private folder, and gone with the run. It needs
/// no network: containers have that of the machine, and no registry is asked.
/// </summary>
public sealed class DockerDaemon : IAsyncDisposable
{
    /// <summary>Docker's builder knows no escapes of Unicode.</summary>
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Names of images, so that they are nobody else's.</summary>
    private static readonly string Tag = Guid.NewGuid().ToString("n");

    private readonly SemaphoreSlim making = new(1);
    private readonly Dictionary<string, string> made = [];
    private string? address;
    private DirectoryInfo? folder;
    private ToolProcess? daemon;

    /// <summary>Skips the test, loudly, where there can be none.</summary>
    /// <returns>The address of its socket.</returns>
    public async Task<string> StartAsync()
    {
        await making.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return address ??= await FindAsync();
        }
        finally
        {
            making.Release();
        }
    }

    /// <summary>Makes an image of a file system, once in the run; it goes with the run.</summary>
    /// <param name="archive">Makes a tar archive of it, and says where it is; it is deleted.</param>
    /// <returns>The image's name.</returns>
    public async Task<string> ImportAsync(
        string name,
        IEnumerable<string> entryPoint,
        Func<Task<string>> archive
    )
    {
        var engine = await StartAsync();
        await making.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!made.TryGetValue(name, out var image))
            {
                image = $"laddermill-test/{name}:{Tag}";
                var file = await archive();
                var words = new JsonArray([.. entryPoint.Select(word => (JsonNode)word)]);
                var change = $"ENTRYPOINT {words.ToJsonString(Plain)}";
                await RunAsync(engine, "import", "--change", change, file, image);
                File.Delete(file);
                made[name] = image;
            }
            return image;
        }
        finally
        {
            making.Release();
        }
    }

    private async Task<string> FindAsync()
    {
        Assert.SkipWhen(
            ToolPath.Find("docker") is null,
            "Docker is not installed (Debian: apt-get install docker.io)."
        );
        var address = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } given
            ? given
            : "unix:///var/run/docker.sock";
        // One on another machine has not the folders that containers share with us.
        if (address.StartsWith("unix://", StringComparison.Ordinal) && await AnswersAsync(address))
        {
            return address;
        }
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess && ToolPath.Find("dockerd") is not null,
            "No Docker Engine runs, and none can be started (it needs root, and Debian's docker.io)."
        );
        return await StartOwnAsync();
    }

    /// <summary>Docker's client; a failure is one of the test.</summary>
    public static async Task RunAsync(string address, params string[] arguments)
    {
        await using var client = ToolProcess.Start(
            Client(address, arguments),
            cancellationToken: TestContext.Current.CancellationToken
        );
        await client.EnsureSuccessAsync($"docker {arguments[0]} failed.");
    }

    /// <summary>The same.</summary>
    /// <returns>What the client wrote.</returns>
    public static async Task<string> AskAsync(string address, params string[] arguments)
    {
        await using var client = ToolProcess.Start(
            Client(address, arguments),
            ToolOutput.Captured,
            cancellationToken: TestContext.Current.CancellationToken
        );
        var text = await new StreamReader(client.StandardOutput).ReadToEndAsync(
            TestContext.Current.CancellationToken
        );
        await client.EnsureSuccessAsync($"docker {arguments[0]} failed.");
        return text.Trim();
    }

    public async ValueTask DisposeAsync()
    {
        making.Dispose();
        if (made.Count > 0)
        {
            await RunAsync(address!, ["rmi", "--force", .. made.Values]);
        }
        if (daemon is not null)
        {
            await daemon.StopAsync(Patience);
            await daemon.DisposeAsync();
            // The engine forgets the machine's network, which it has mounted for its containers.
            await using (
                var forget = ToolProcess.Start(
                    new ToolCommand(
                        "umount",
                        [Path.Join(folder!.FullName, "exec", "netns", "default")]
                    )
                )
            )
            {
                await forget.Completion;
            }
            folder.Delete(recursive: true);
        }
    }

    private async Task<string> StartOwnAsync()
    {
        folder = Directory.CreateTempSubdirectory("laddermill-docker-");
        string At(string name) => Path.Join(folder.FullName, name);
        var address = $"unix://{At("docker.sock")}";
        string[] places =
        [
            .. (string[])["--data-root", At("data"), "--exec-root", At("exec")],
            .. (string[])["--pidfile", At("pid"), "--host", address],
        ];
        daemon = ToolProcess.Start(
            new ToolCommand(
                "dockerd",
                [.. places, "--bridge=none", "--iptables=false", "--ip-forward=false"]
            )
            {
                Environment = ToolEnvironment.Inherited,
            },
            cancellationToken: CancellationToken.None
        );
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        var since = TimeProvider.System.GetTimestamp();
        while (await looks.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            if (await AnswersAsync(address))
            {
                return address;
            }
            Assert.SkipWhen(
                daemon.Completion.IsCompleted
                    || TimeProvider.System.GetElapsedTime(since) > Patience,
                $"The Docker Engine does not start here: {daemon.ErrorTail.LastOrDefault()}"
            );
        }
        return address;
    }

    private static async Task<bool> AnswersAsync(string address)
    {
        await using var client = ToolProcess.Start(
            Client(address, "version", "--format", "{{.Server.Version}}"),
            cancellationToken: TestContext.Current.CancellationToken
        );
        return (await client.Completion).IsSuccess;
    }

    private static ToolCommand Client(string address, params string[] arguments) =>
        new("docker", ["--host", address, .. arguments])
        {
            // The builder that needs no plug-in.
            Environment = ToolEnvironment.Inherited.With("DOCKER_BUILDKIT", "0"),
        };
}
