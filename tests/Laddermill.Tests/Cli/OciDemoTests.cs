using Laddermill.Processes;

namespace Laddermill.Tests.Cli;

/// <summary><c>./laddermill oci-demo</c> as people call it.</summary>
[Trait("Level", "Long")]
public sealed class OciDemoTests(TestMedia media)
{
    [Fact(Timeout = 900_000)]
    public async Task The_demo_leaves_the_streams_of_an_uploaded_film()
    {
        await NpmProject.InstallAsync("oci-sdk");
        var film = await media.VideoAsync();
        var folder = media.NewFolder();
        await using var demo = ToolProcess.Start(
            new ToolCommand(Repository.PathTo("laddermill"), ["oci-demo", film, folder])
            {
                Environment = ToolEnvironment.Inherited,
            },
            cancellationToken: TestContext.Current.CancellationToken
        );
        await demo.EnsureSuccessAsync("The demo failed.");

        var streams = Path.Join(folder, "streams");
        var root = Path.Join(streams, Path.GetFileName(film));
        Assert.Contains(
            "\"state\":\"started\"",
            string.Join('\n', demo.ErrorTail),
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(Path.Join(root, "master.m3u8")));
        Assert.True(File.Exists(Path.Join(root, "dash.mpd")));
        Assert.Single(Directory.GetFiles(Path.Join(streams, "thumbnails")));
    }
}
