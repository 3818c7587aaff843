using System.Text;
using Laddermill.Jobs;
using Laddermill.OciStandIn.ContainerInstances;
using Laddermill.OciStandIn.Containers;
using Laddermill.Storage;
using Laddermill.Storage.Oci;
using Laddermill.Tests.Cli;
using Laddermill.Tests.Processes;
using Laddermill.Tests.TestServers;
using Laddermill.Tests.Transcoding;

namespace Laddermill.Tests.Functions;

/// <summary>
/// The whole flow: an upload, its event, the function, a container instance (as a process), the streams. Both programs act as resource principals that may do
/// what docs/oracle-cloud.md says they need, and nothing else.
/// </summary>
public sealed class OracleCloudFlowTests(TestMedia media)
{
    private const string Worker = "iad.ocir.io/standin/laddermill/worker:1";

    private const string Condition = """
        {"eventType":["com.oraclecloud.objectstorage.createobject","com.oraclecloud.objectstorage.updateobject"],
         "data":{"additionalDetails":{"bucketName":["uploads"]}}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task An_upload_becomes_verified_streams_once_though_its_event_comes_twenty_times()
    {
        await using var cloud = await StartAsync();
        cloud.StandIn.Events.Copies = 20;

        await cloud.UploadAsync("films/a b.mp4", await FilmAsync());
        await cloud.StandIn.Events.SettleAsync();

        await IsPublishedAsync(cloud, "films/a b.mp4", Assert.Single(cloud.Instances));
    }

    [Fact(Timeout = 300_000)]
    public async Task An_upload_that_found_no_room_is_published_after_a_sweep()
    {
        await using var cloud = await StartAsync();
        cloud.StandIn.Capacity["Uocm:IAD-AD-1"] = Shortage.OutOfHosts;
        cloud.StandIn.Capacity["Uocm:IAD-AD-2"] = Shortage.Limit;
        // It is part of the film's job, for the function and the worker alike.
        await cloud.UploadAsync("a.en.srt", "00:00:00,500 --> 00:00:01,000\nHello"u8.ToArray());
        await cloud.UploadAsync("a.mp4", await FilmAsync());
        await cloud.StandIn.Events.SettleAsync();
        Assert.Empty(cloud.Instances);
        cloud.StandIn.Capacity["Uocm:IAD-AD-1"] = Shortage.None;

        await cloud.SweepAsync();

        await IsPublishedAsync(cloud, "a.mp4", Assert.Single(cloud.Instances));
        var outcome = JobOutcome.KeyOf(cloud.Instances.Single().Tags["laddermill-job"]);
        var streams = cloud.Bucket(OciCloud.Streams);
        Assert.NotNull(await streams.HeadAsync(outcome, Cancellation));
        Assert.Contains(
            "subtitles-eng",
            Encoding.UTF8.GetString(
                (await streams.ReadSmallAsync("a.mp4/master.m3u8", Cancellation))!
            ),
            StringComparison.Ordinal
        );
        Assert.Equal(1, (await cloud.SweepAsync()).Reaped);
    }

    private static async Task<OciCloud> StartAsync()
    {
        var cloud = await OciCloud.StartAsync();
        var policy = cloud.StandIn.Policy;
        policy.AllowObjects("fnfunc", "read", OciCloud.Uploads);
        policy.AllowObjects("fnfunc", "manage", OciCloud.Streams, ".laddermill/");
        policy.AllowInstances("fnfunc");
        policy.AllowObjects("computecontainerinstance", "read", OciCloud.Uploads);
        policy.AllowObjects("computecontainerinstance", "manage", OciCloud.Streams);
        cloud.StandIn.SetImage(
            Worker,
            new CommandImage(OurProgram.FileName),
            ("DOTNET_ROOT", DummyTool.Runtime)
        );
        cloud.Configuration["IMAGE_URL"] = Worker;
        cloud.Configuration["LADDERMILL_PROFILE"] = Published.SmallProfile;
        cloud.Configuration["EXCLUDE_NAMES"] = "*.srt";
        var function = cloud.StandIn.CreateFunction(
            OciCloud.FunctionProgram,
            cloud.FunctionConfiguration,
            concurrency: 3
        );
        cloud.StandIn.Events.AddRule(
            Condition,
            async text =>
            {
                var result = await function.InvokeAsync(text, Cancellation);
                Assert.Equal((200, null), (result.Status, result.Problem));
                Assert.Contains("\"message\":\"SUCCESS\"", result.Body, StringComparison.Ordinal);
            }
        );
        return cloud;
    }

    private async Task<byte[]> FilmAsync() =>
        await File.ReadAllBytesAsync(await media.VideoAsync(), Cancellation);

    private async Task IsPublishedAsync(OciCloud cloud, string key, InstanceView instance)
    {
        await instance.Ended.WaitAsync(Cancellation);
        Assert.True(instance.ExitCode == 0, instance.Log);
        var streams = cloud.Bucket(OciCloud.Streams);
        Assert.NotNull(await streams.HeadAsync($"thumbnails/{key}_thumb.png", Cancellation));

        var folder = media.NewFolder();
        await DownloadAsync(streams, $"{key}/", folder);
        var root = Path.Combine(folder, key);
        Assert.True(File.Exists(Path.Combine(root, "master.m3u8")));
        Assert.True(File.Exists(Path.Combine(root, "dash.mpd")));
        var verified = await Ran.Async("verify", root);
        Assert.True(verified.Code == 0, verified.Error + verified.Output);
    }

    private static async Task DownloadAsync(OciObjectStore store, string prefix, string folder)
    {
        await foreach (var found in store.ListAsync(prefix, Cancellation))
        {
            var path = Path.Combine(folder, found.Key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var stream = await store.ReadAsync(found.Key, 0, null, null, Cancellation);
            await using var file = File.Create(path);
            await stream!.CopyToAsync(file, Cancellation);
        }
    }
}
