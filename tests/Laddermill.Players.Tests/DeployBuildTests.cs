using System.Text.Json;
using Laddermill.OciStandIn.Containers;
using Laddermill.OciStandIn.Functions;
using Laddermill.Processes;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Players;

/// <summary>deploy/build as people call it where no registry can be reached: all images, published as they are deployed.</summary>
[Trait("Level", "Long")]
public sealed class DeployBuildTests(TestMedia media, DockerDaemon docker)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 1_200_000)]
    public async Task The_images_are_built_and_do_their_work_without_rights()
    {
        Assert.SkipUnless(
            ToolPath.Find("gcc") is not null || ToolPath.Find("clang") is not null,
            "There is no C compiler (Debian: apt-get install gcc zlib1g-dev)."
        );
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess,
            "Only root can remove what the container's user leaves."
        );
        var engine = await docker.StartAsync();
        var prefix = $"laddermill-test/{Guid.NewGuid():n}";
        await RunAsync(engine, Repository.PathTo("deploy", "build"), "--from-host", prefix, "1");

        var streams = media.NewFolder();
        await RunAsync(engine, "chmod", "777", streams);
        var film = await media.ClipAsync("a.mp4", FilmRecipe.Portrait.SourceArguments(Film.Rate));
        await DockerDaemon.RunAsync(
            engine,
            [
                .. "run --rm --network none --read-only --tmpfs /tmp --cap-drop ALL".Split(' '),
                "--volume",
                $"{Path.GetDirectoryName(film)}:/films:ro",
                "--volume",
                $"{streams}:/streams",
                $"{prefix}/worker:1",
                .. "transcode /films/a.mp4 /streams --progress none".Split(' '),
            ]
        );
        using var report = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Join(streams, "a.mp4", "job.json"), Cancellation)
        );
        var tier = report.RootElement.GetProperty("sandbox").GetString();
        Assert.True(tier != "none" || Launcher.Obstacle is not null, "ffmpeg was not shut in.");

        await using (
            var function = await FunctionContainer.StartAsync(
                new DockerImage($"{prefix}/dispatcher:1", engine),
                [],
                TimeProvider.System,
                Cancellation
            )
        )
        {
            var answer = await function.CallAsync(
                Array.Empty<byte>(),
                TimeSpan.FromSeconds(30),
                Cancellation
            );
            Assert.Equal(200, answer.Status);
            Assert.Contains("SHAPE is not set.", answer.Body, StringComparison.Ordinal);
        }
        await DockerDaemon.RunAsync(
            engine,
            [
                .. "run --rm --network none --read-only --tmpfs /tmp --cap-drop ALL".Split(' '),
                "--volume",
                $"{Repository.PathTo("deploy", "laddermill.sample.json")}:/etc/laddermill/laddermill.json:ro",
                $"{prefix}/server:1",
                .. "serve --config /etc/laddermill/laddermill.json --check".Split(' '),
            ]
        );
        await DockerDaemon.RunAsync(
            engine,
            "rmi",
            "--force",
            $"{prefix}/worker:1",
            $"{prefix}/server:1",
            $"{prefix}/dispatcher:1"
        );
    }

    private static async Task RunAsync(string engine, string program, params string[] arguments)
    {
        await using var tool = ToolProcess.Start(
            new ToolCommand(program, [.. arguments])
            {
                Environment = ToolEnvironment
                    .Inherited.With("DOCKER_HOST", engine)
                    .With("DOCKER_BUILDKIT", "0"),
            },
            cancellationToken: Cancellation
        );
        await tool.EnsureSuccessAsync($"{program} failed.");
    }
}
