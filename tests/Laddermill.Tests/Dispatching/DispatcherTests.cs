using Laddermill.Dispatching;
using Laddermill.Engines.OciContainerInstances;
using Laddermill.OciStandIn.ContainerInstances;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Dispatching;

/// <summary>What events come to, against the stand-in: which start an instance, which do not, and what is said.</summary>
public sealed class DispatcherTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task An_upload_becomes_an_instance_like_those_of_the_system_that_was()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("films/a b.mp4");

        var answer = await DispatchAsync(cloud, "films/a b.mp4");

        Assert.Equal(("SUCCESS", "started"), (answer.Message, answer.State));
        var instance = Assert.Single(cloud.Instances);
        Assert.Equal(instance.Id, answer.Instance);
        Assert.Equal(("transcode", "transcoder"), (instance.DisplayName, instance.ContainerName));
        Assert.Equal(["uploads", "films/a b.mp4"], instance.Arguments);
        Assert.Equal("streams", instance.Environment["TC_DST_BUCKET"]);
        Assert.Equal("HLS,DASH", instance.Environment["TC_STREAMING_PROTOCOL"]);
        Assert.Equal("Transcode", instance.Environment["TC_PROJECT_NAME"]);
        Assert.Equal("Uocm:IAD-AD-1", instance.AvailabilityDomain);
        Assert.Equal(answer.Job, instance.Tags[OciContainerInstanceEngine.JobTag]);
        Assert.Equal("1", instance.Tags[OciContainerInstanceEngine.AttemptTag]);
        Assert.Equal(26, answer.Job?.Length);
    }

    [Fact(Timeout = 120_000)]
    public async Task One_event_delivered_twenty_times_at_once_and_again_is_one_instance()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("a.mp4");
        var dispatchers = Enumerable.Range(0, 4).Select(_ => cloud.Dispatcher()).ToList();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    dispatchers[i % 4].DispatchAsync(OciCloud.Event("a.mp4"), Cancellation)
                )
        );
        var later = await DispatchAsync(cloud, "a.mp4");

        Assert.Single(cloud.Instances);
        Assert.Single(answers, answer => answer.State == "started");
        Assert.All(answers.Append(later), answer => Assert.Equal("SUCCESS", answer.Message));
        Assert.Equal("claimed", later.State);
        Assert.Single(answers.Append(later).Select(answer => answer.Job).Distinct());
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_version_of_an_object_is_another_job()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("a.mp4");
        var first = await DispatchAsync(cloud, "a.mp4");
        await cloud.UploadAsync("a.mp4", [4, 5]);

        var second = await cloud
            .Dispatcher()
            .DispatchAsync(OciCloud.Event("a.mp4", "updateobject"), Cancellation);

        Assert.Equal("started", second.State);
        Assert.NotEqual(first.Job, second.Job);
        Assert.Equal(2, cloud.Instances.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_upload_starts_nothing_and_is_told_why()
    {
        await using var cloud = await OciCloud.StartAsync();
        cloud.Configuration["EXCLUDE_NAMES"] = "*.srt";
        await cloud.UploadAsync("empty.mp4", []);
        await cloud.UploadAsync("cold.mp4");
        cloud.StandIn.Archive(OciCloud.Uploads, "cold.mp4");
        await cloud.UploadAsync("subtitles.SRT");
        await cloud.UploadAsync("folder/");
        await cloud
            .Bucket(OciCloud.Streams)
            .PutAsync("a.mp4/job.json", new byte[1], new("a/b"), default, Cancellation);

        (byte[] Event, string Reason)[] cases =
        [
            (OciCloud.Event("empty.mp4"), "'empty.mp4' is empty"),
            (OciCloud.Event("cold.mp4"), "'cold.mp4' is archived"),
            (OciCloud.Event("subtitles.SRT"), "excluded names '*.srt'"),
            (OciCloud.Event("folder/"), "folder marker"),
            (OciCloud.Event("gone.mp4"), "there is no object 'gone.mp4'"),
            (OciCloud.Event("a.mp4", "deleteobject"), "deleteobject"),
            (OciCloud.Event("a.mp4/job.json", bucket: OciCloud.Streams), "output of Laddermill"),
            (
                System.Text.Encoding.UTF8.GetBytes(
                    """{"data":{"resourceName":"a","additionalDetails":{"bucketName":"uploads","archivalState":"Archived"}}}"""
                ),
                "archived"
            ),
        ];
        foreach (var (text, reason) in cases)
        {
            var answer = await cloud.Dispatcher().DispatchAsync(text, Cancellation);
            Assert.Equal(("SUCCESS", "ignored"), (answer.Message, answer.State));
            Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        }
        Assert.Empty(cloud.Instances);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_the_event_encodes_is_found()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("Müller 1.mp4");
        await DispatchAsync(cloud, "M%C3%BCller%201.mp4");
        Assert.Equal(["uploads", "Müller 1.mp4"], Assert.Single(cloud.Instances).Arguments);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Shortage.OutOfHosts)]
    [InlineData(Shortage.Limit)]
    [InlineData(Shortage.Quota)]
    public async Task Where_one_domain_has_no_room_the_next_is_asked(Shortage shortage)
    {
        await using var cloud = await OciCloud.StartAsync();
        cloud.StandIn.Capacity["Uocm:IAD-AD-1"] = shortage;
        await cloud.UploadAsync("a.mp4");

        var answer = await DispatchAsync(cloud, "a.mp4");

        Assert.Equal("started", answer.State);
        Assert.Equal("Uocm:IAD-AD-2", Assert.Single(cloud.Instances).AvailabilityDomain);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_policies_forbid_is_said_and_kept_for_later()
    {
        await using var cloud = await OciCloud.StartAsync();
        cloud.StandIn.Policy.AllowObjects("user", "manage", OciCloud.Uploads);
        cloud.StandIn.Policy.AllowObjects("user", "manage", OciCloud.Streams);
        await cloud.UploadAsync("a.mp4");

        var answer = await DispatchAsync(cloud, "a.mp4");

        Assert.StartsWith("FAILED: Cannot start", answer.Message, StringComparison.Ordinal);
        Assert.Contains("NotAuthorizedOrNotFound", answer.Message, StringComparison.Ordinal);
        Assert.NotNull(
            await cloud
                .Bucket(OciCloud.Streams)
                .HeadAsync($".laddermill/pending/{answer.Job}.json", Cancellation)
        );
    }

    [Fact]
    public void All_that_is_wrong_with_a_configuration_is_told_at_once()
    {
        var configuration = new Dictionary<string, string>
        {
            ["SHAPE"] = "CI.Standard.E4.Flex",
            ["CONFIG_SHAPE_MEMORY"] = "much",
            ["STREAMING_PROTOCOL"] = "RTMP",
            ["LADDERMILL_PROFILE"] = "none-such",
            ["MAX_ATTEMPTS"] = "0",
        };
        var wrong = Assert.Throws<ConfigurationException>(() =>
            DispatchOptionsReader.Read(configuration.GetValueOrDefault)
        );
        string[] named =
        [
            "COMPARTMENT_ID is not set.",
            "AVAILABILITY_DOMAIN is not set.",
            "CONFIG_SHAPE_OCPUS is not set.",
            "CONFIG_SHAPE_MEMORY is 'much'",
            "IMAGE_URL is not set.",
            "SUBNET_ID is not set.",
            "OUTPUT_BUCKET is not set.",
            "STREAMING_PROTOCOL is 'RTMP'",
            "MAX_ATTEMPTS is '0'",
        ];
        Assert.All(named, name => Assert.Contains(name, wrong.Message, StringComparison.Ordinal));
        Assert.Equal(named.Length, wrong.Problems.Length);
    }

    private static Task<DispatchAnswer> DispatchAsync(OciCloud cloud, string key) =>
        cloud.Dispatcher().DispatchAsync(OciCloud.Event(key), Cancellation);
}
