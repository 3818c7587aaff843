using System.Collections.Immutable;
using System.Text.Json;
using Laddermill.Engines;
using Laddermill.Engines.Docker;
using Laddermill.Processes;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Players;

/// <summary>A job in the image of a worker, as the Docker engine runs it.</summary>
public sealed class DockerEngineFilmTests(TestMedia media, DockerDaemon docker)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task A_film_in_a_folder_becomes_streams_in_another_without_any_privileges()
    {
        var address = await docker.StartAsync();
        await using var images = await CloudImages.BuildWorkerAsync(address, media.NewFolder());
        var (films, streams) = (media.NewFolder(), media.NewFolder());
        // The image's user is none of this machine's.
        await OpenAsync(films);
        await OpenAsync(streams);
        File.Copy(await media.VideoAsync(seconds: 8), Path.Join(films, "a film.mp4"));
        using var engine = new DockerEngine(
            new DockerOptions
            {
                Image = images.Worker,
                Owner = $"film-{Guid.NewGuid():n}",
                Endpoint = address,
                Network = "none",
                Memory = 2,
                Cpus = 1.5,
                Mounts = [new(films, "/films"), new(streams, "/streams", IsWritable: true)],
            },
            TimeProvider.System
        );

        var run = await engine.StartAsync(
            new EngineWork(
                "film",
                1,
                ["transcode", "/films/a film.mp4", "/streams", "--progress", "json"],
                ImmutableSortedDictionary<string, string>.Empty.Add(
                    "DOTNET_ROOT",
                    CloudImages.Runtime
                )
            ),
            Cancellation
        );
        var ended = await engine.WaitAsync(run.Id, Cancellation);
        var log = await engine.ReadLogAsync(run.Id, Cancellation);
        await engine.RemoveAsync(run.Id, Cancellation);

        Assert.True(ended?.ExitCode == 0, log);
        Assert.True(File.Exists(Path.Join(streams, "a film.mp4", "master.m3u8")));
        using var job = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Join(streams, "a film.mp4", "job.json"), Cancellation)
        );
        Assert.Equal(
            await HasLandlockAsync(Path.Join(films, "a film.mp4")) ? "landlock" : "none",
            job.RootElement.GetProperty("sandbox").GetString()
        );
    }

    private static async Task OpenAsync(string folder)
    {
        await using var tool = ToolProcess.Start(
            new ToolCommand("chmod", ["777", folder]),
            cancellationToken: Cancellation
        );
        await tool.EnsureSuccessAsync($"{folder} could not be opened to anybody.");
    }

    /// <summary>Whether the kernel, which is that of containers too, has what shuts ffmpeg in where namespaces are forbidden.</summary>
    private static async Task<bool> HasLandlockAsync(string film)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        await using var probe = ToolProcess.Start(
            new ToolCommand(
                Repository.PathTo(
                    "artifacts",
                    "bin",
                    "Laddermill.Cli",
                    configuration,
                    "Laddermill.Cli"
                ),
                ["probe", film, "--sandbox", "landlock"]
            )
            {
                Environment = ToolEnvironment.Inherited,
            },
            cancellationToken: Cancellation
        );
        return (await probe.Completion).IsSuccess;
    }
}
