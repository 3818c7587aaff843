using Laddermill.Processes;
using Laddermill.Tests.Players;

[assembly: AssemblyFixture(typeof(DockerEngine))]

namespace Laddermill.Tests.Players;

/// <summary>
/// A Docker Engine for all tests of the run: the machine's own where one runs, else one that is started in a private folder, and gone with the run. It needs
/// no network: containers have that of the machine, and no registry is asked.
/// </summary>
public sealed class DockerEngine : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private DirectoryInfo? folder;
    private ToolProcess? daemon;

    /// <summary>Skips the test, loudly, where there can be none.</summary>
    /// <returns>The address of its socket.</returns>
    public async Task<string> StartAsync()
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

    public async ValueTask DisposeAsync()
    {
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
