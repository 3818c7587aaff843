using System.Collections.Immutable;
using Laddermill.Engines;
using Laddermill.Engines.Docker;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Engines;

/// <summary>A Docker engine whose containers run scripts and go with the test.</summary>
internal sealed class DockerUnderTest(DockerOptions options) : IAsyncDisposable
{
    public DockerOptions Options => options;

    public DockerEngine Engine { get; } = new(options, TimeProvider.System);

    public static async Task<DockerUnderTest> StartAsync(
        DockerDaemon docker,
        Func<DockerOptions, DockerOptions> change
    )
    {
        var address = await docker.StartAsync();
        var shell = await ShellImage.MakeAsync(docker, "shell", "/bin/sh");
        return new DockerUnderTest(
            change(
                // Each test sees its own containers only.
                new DockerOptions
                {
                    Image = shell,
                    Owner = $"test-{Guid.NewGuid():n}",
                    Endpoint = address,
                    Network = "none",
                    Memory = 1.0 / 16,
                    Grace = TimeSpan.FromSeconds(2),
                }
            )
        );
    }

    /// <summary>With room for one run.</summary>
    public EngineUnderTest ForContract()
    {
        EngineRun? other = null;
        return new EngineUnderTest(
            Engine,
            async () =>
                other = await Engine.StartAsync(
                    new EngineWork(
                        "other",
                        1,
                        ["stay"],
                        ImmutableSortedDictionary<string, string>.Empty
                    ),
                    TestContext.Current.CancellationToken
                ),
            () => Engine.RemoveAsync(other!.Id, TestContext.Current.CancellationToken),
            this
        );
    }

    public static EngineWork Work(string script) =>
        new(
            "job",
            1,
            ["-c", script],
            new Dictionary<string, string> { ["WORD"] = "told" }.ToSorted()
        );

    /// <summary>Runs a script to its end.</summary>
    public async Task<EngineRun> RunAsync(string script)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var run = await Engine.StartAsync(Work(script), cancellation);
        return await Engine.WaitAsync(run.Id, cancellation)
            ?? throw new InvalidOperationException("The run is gone.");
    }

    public async ValueTask DisposeAsync()
    {
        await foreach (var run in Engine.ListAsync(CancellationToken.None))
        {
            await Engine.RemoveAsync(run.Id, CancellationToken.None);
        }
        Engine.Dispose();
    }
}
