using System.Text.Json.Nodes;
using Laddermill.Cli;
using Laddermill.Processes;
using Laddermill.Storage;
using Laddermill.Tests.Processes;
using Laddermill.Tests.TestServers;
using Laddermill.Tests.Transcoding;

namespace Laddermill.Tests.Cli;

/// <summary>The worker as a container instance starts it: two arguments, the variables of the system it replaces, and a resource principal.</summary>
public sealed class BucketCallTests(TestMedia media, OciServer server) : IClassFixture<OciServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_bucket_and_an_object_are_a_job_in_an_environment_with_TC_DST_BUCKET()
    {
        // Called like a command, on purpose.
        server.StandIn.CreateBucket("work");
        server.StandIn.CreateBucket("streams");
        using var uploads = server.Store("work");
        using var streams = server.Store("streams");
        await uploads.PutAsync(
            "--json/a b.mp4",
            await File.ReadAllBytesAsync(await media.VideoAsync(), Cancellation),
            new PutOptions("video/mp4"),
            default,
            Cancellation
        );
        var environment = ToolEnvironment.Clean;
        foreach (var (name, value) in Variables())
            environment = environment.With(name, value);
        await using var worker = ToolProcess.Start(
            OurProgram.Command(["work", "--json/a b.mp4"], environment),
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var reader = new StreamReader(worker.StandardOutput);
        var lines = (await reader.ReadToEndAsync(Cancellation)).TrimEnd().Split('\n');
        await worker.EnsureSuccessAsync("The worker failed.");

        var result = JsonNode.Parse(lines[^1])?["result"];
        Assert.Equal("--json/a b.mp4/master.m3u8", (string?)result?["masterPlaylist"]);
        Assert.Null(result?["dashManifest"]);
        Assert.NotNull(await streams.HeadAsync("--json/a b.mp4/master.m3u8", Cancellation));
        Assert.Null(await streams.HeadAsync("--json/a b.mp4/dash.mpd", Cancellation));
        Assert.NotNull(
            await streams.HeadAsync("thumbnails/--json/a b.mp4_thumb.png", Cancellation)
        );
    }

    [Fact]
    public void Without_the_variable_or_with_more_arguments_it_is_a_command_line()
    {
        Assert.Null(BucketCall.Of(["work", "job.json"], _ => null));
        Assert.Null(BucketCall.Of(["work", "job.json"], _ => ""));
        Assert.Null(BucketCall.Of(["transcode", "a", "b"], _ => "streams"));
        Assert.NotNull(BucketCall.Of(["work", "job.json"], _ => "streams"));
    }

    private IEnumerable<(string Name, string Value)> Variables()
    {
        var folder = Path.Combine(server.Folder, "principal");
        server.StandIn.Principals.Tokens.Issue(TimeSpan.FromHours(1)).WriteTo(folder);
        return
        [
            ("LADDERMILL_OCI_ENDPOINT", server.StandIn.Address.ToString()),
            ("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2"),
            ("OCI_RESOURCE_PRINCIPAL_RPST", Path.Combine(folder, "rpst")),
            ("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", Path.Combine(folder, "private.pem")),
            ("OCI_RESOURCE_PRINCIPAL_REGION", "us-ashburn-1"),
            ("TC_DST_BUCKET", "streams"),
            ("TC_STREAMING_PROTOCOL", "Hls"),
            ("TC_PROJECT_NAME", "Transcode"),
            ("LADDERMILL_PROFILE", Published.SmallProfile),
        ];
    }
}
