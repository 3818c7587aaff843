using System.Text;
using Laddermill.Dispatching;
using Laddermill.OciStandIn.ContainerInstances;
using Laddermill.OciStandIn.Containers;
using Laddermill.Storage.Oci;
using Laddermill.Tests.TestServers;
using Microsoft.Extensions.Time.Testing;

namespace Laddermill.Tests.Dispatching;

/// <summary>Nothing is lost: what could not be started, whose event never came, or whose worker vanished.</summary>
public sealed class SweepTests
{
    private const string First = "Uocm:IAD-AD-1";
    private const string Second = "Uocm:IAD-AD-2";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(Shortage.OutOfHosts)]
    [InlineData(Shortage.Limit)]
    public async Task What_found_no_room_starts_when_there_is_some(Shortage shortage)
    {
        await using var cloud = await OciCloud.StartAsync();
        (cloud.StandIn.Capacity[First], cloud.StandIn.Capacity[Second]) = (shortage, shortage);
        await cloud.UploadAsync("a.mp4");
        await cloud.UploadAsync("b.mp4");
        var refused = await DispatchAsync(cloud, "a.mp4");
        Assert.Equal(("SUCCESS", "pending"), (refused.Message, refused.State));
        Assert.Contains(Second, refused.Reason, StringComparison.Ordinal);
        Assert.Equal("pending", (await DispatchAsync(cloud, "b.mp4")).State);

        var inVain = await cloud.SweepAsync();
        Assert.Equal((0, 2), (inVain.Started, inVain.Waiting));
        Assert.Empty(cloud.Instances);

        cloud.StandIn.Capacity[Second] = Shortage.None;
        var swept = await cloud.SweepAsync();

        Assert.Equal((2, 0, true), (swept.Started, swept.Waiting, swept.IsWhole));
        Assert.Equal(
            ["a.mp4", "b.mp4"],
            cloud.Instances.Select(instance => instance.Arguments[1]).Order()
        );
        Assert.Empty(await KeysAsync(cloud, ".laddermill/pending/"));
        Assert.Equal(0, (await cloud.SweepAsync()).Started);
    }

    [Fact(Timeout = 60_000)]
    public async Task Objects_whose_event_never_came_are_found_and_a_cut_sweep_goes_on()
    {
        await using var cloud = await OciCloud.StartAsync();
        foreach (var key in (string[])["a.mp4", "b/", "c.mp4", "d.mp4"])
            await cloud.UploadAsync(key);
        await cloud.UploadAsync("empty.mp4", []);

        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(1);
        // Time runs out when the first instance was made.
        cloud.StandIn.Requested += request =>
        {
            if (request.StartsWith("POST /20210415/containerInstances", StringComparison.Ordinal))
                time.Advance(TimeSpan.FromSeconds(2));
        };
        var cut = await new Sweep(cloud.Dispatcher(time)).RunAsync(until, Cancellation);
        Assert.Equal((1, 1, false), (cut.Looked, cut.Started, cut.IsWhole));

        var rest = await cloud.SweepAsync();

        Assert.Equal((4, 2, true), (rest.Looked, rest.Started, rest.IsWhole));
        Assert.Equal(
            ["a.mp4", "c.mp4", "d.mp4"],
            cloud.Instances.Select(instance => instance.Arguments[1]).Order()
        );
        Assert.Equal(
            (5, 0),
            ((await cloud.SweepAsync()) is var again ? again.Looked : 0, again.Started)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_that_vanished_leaves_its_last_words_and_is_tried_again_but_not_for_ever()
    {
        await using var cloud = await OciCloud.StartAsync();
        cloud.Configuration["MAX_ATTEMPTS"] = "2";
        cloud.StandIn.SetImage(
            OciCloud.Idle,
            new CommandImage("/bin/sh", "-c", "echo out of memory >&2; exit 137")
        );
        await cloud.UploadAsync("a.mp4");
        var job = (await DispatchAsync(cloud, "a.mp4")).Job;

        await Task.WhenAll(cloud.Instances.Select(instance => instance.Ended))
            .WaitAsync(Cancellation);
        var first = await cloud.SweepAsync();
        Assert.Equal((1, 1), (first.Reaped, first.Started));
        Assert.Equal(["DELETED"], cloud.Instances.Take(1).Select(instance => instance.State));
        var log = await ReadAsync(cloud, "a.mp4/worker.log");
        Assert.Contains("attempt 1", log, StringComparison.Ordinal);
        Assert.Contains("exit code 137", log, StringComparison.Ordinal);
        Assert.Contains("out of memory", log, StringComparison.Ordinal);

        await Task.WhenAll(cloud.Instances.Select(instance => instance.Ended))
            .WaitAsync(Cancellation);
        var second = await cloud.SweepAsync();
        Assert.Equal((1, 0), (second.Reaped, second.Started));
        Assert.Equal(0, (await cloud.SweepAsync()).Started);

        Assert.Equal(2, cloud.Instances.Count);
        var outcome = await ReadAsync(cloud, $".laddermill/jobs/{job}.json");
        Assert.Contains("worker-lost", outcome, StringComparison.Ordinal);
        var late = await DispatchAsync(cloud, "a.mp4");
        Assert.Equal("failed", late.State);
        Assert.Contains("exit code 137", late.Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_instance_that_never_began_is_no_failed_attempt()
    {
        await using var cloud = await OciCloud.StartAsync();
        cloud.Configuration["MAX_ATTEMPTS"] = "1";
        cloud.StandIn.Capacity[First] = Shortage.FailsLater;
        await cloud.UploadAsync("a.mp4");
        await DispatchAsync(cloud, "a.mp4");
        await cloud.Instances[0].Ended.WaitAsync(Cancellation);
        cloud.StandIn.Capacity[First] = Shortage.None;

        var swept = await cloud.SweepAsync();

        Assert.Equal((1, 1), (swept.Reaped, swept.Started));
        Assert.Contains(
            "without having begun: Out of host capacity.",
            await ReadAsync(cloud, "a.mp4/worker.log"),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_claim_whose_maker_died_is_taken_up_after_a_while_and_nothing_starts_twice()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("a.mp4");
        var job = (await DispatchAsync(cloud, "a.mp4")).Job!;
        // As if the function had died between the start and the note of it.
        var key = $".laddermill/claims/{job}/0001.json";
        var claim = System.Text.Json.Nodes.JsonNode.Parse(await ReadAsync(cloud, key))!.AsObject();
        claim.Remove("run");
        await cloud
            .Bucket(OciCloud.Streams)
            .PutAsync(
                key,
                Encoding.UTF8.GetBytes(claim.ToJsonString()),
                new("application/json"),
                default,
                Cancellation
            );

        Assert.Equal(0, (await cloud.SweepAsync()).Started);
        Assert.Single(cloud.Instances);
        Assert.Equal("ACTIVE", cloud.Instances[0].State);
    }

    [Fact(Timeout = 60_000)]
    public async Task Instances_of_others_are_left_alone()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("a.mp4");
        await DispatchAsync(cloud, "a.mp4");

        var swept = await cloud.SweepAsync();

        Assert.Equal((0, 0), (swept.Reaped, swept.Started));
        Assert.Equal("ACTIVE", cloud.Instances[0].State);
    }

    private static Task<DispatchAnswer> DispatchAsync(OciCloud cloud, string key) =>
        cloud.Dispatcher().DispatchAsync(OciCloud.Event(key), Cancellation);

    private static async Task<string> ReadAsync(OciCloud cloud, string key)
    {
        OciObjectStore bucket = cloud.Bucket(OciCloud.Streams);
        await using var stream = await bucket.ReadAsync(key, 0, null, null, Cancellation);
        Assert.NotNull(stream);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private static async Task<List<string>> KeysAsync(OciCloud cloud, string prefix)
    {
        var keys = new List<string>();
        await foreach (var found in cloud.Bucket(OciCloud.Streams).ListAsync(prefix, Cancellation))
            keys.Add(found.Key);
        return keys;
    }
}
