using System.Security.Cryptography;
using Laddermill.OciStandIn;
using Laddermill.Storage;
using Laddermill.Storage.Oci;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Storage.Oci;

public sealed class OciObjectStoreTests(OciServer server)
    : ObjectStoreContract,
        IClassFixture<OciServer>,
        IDisposable
{
    private readonly OciObjectStore store = server.Store();

    protected override IObjectStore Store => store;

    public void Dispose() => store.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_large_object_goes_up_in_parts_and_is_read_over_their_seams()
    {
        using var parts = server.Store(retries: 3);
        var content = new byte[(21 << 20) + 7];
        Random.Shared.NextBytes(content);
        var key = Folder + "large #1.mp4";
        var requests = new List<string>();
        void Note(string request)
        {
            lock (requests)
                requests.Add(request);
        }
        server.StandIn.Requested += Note;
        var put = await parts.PutAsync(key, content, Text, PutCondition.Absent, Cancellation);
        server.StandIn.Requested -= Note;
        Assert.Equal(
            3,
            requests.Count(r =>
                r.Contains("&uploadPartNum=", StringComparison.Ordinal)
                && r.Contains(Folder.TrimEnd('/'), StringComparison.Ordinal)
            )
        );
        Assert.Equal(put!.ETag, (await store.HeadAsync(key, Cancellation))!.ETag);
        await using var all = await store.ReadAsync(key, 0, null, put.ETag, Cancellation);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(all!, Cancellation));
        await using var seam = await store.ReadAsync(key, (10 << 20) - 3, 6, null, Cancellation);
        var six = new byte[6];
        await seam!.ReadExactlyAsync(six, Cancellation);
        Assert.Equal(content[((10 << 20) - 3)..((10 << 20) + 3)], six);
        Assert.Null(await parts.PutAsync(key, content, Text, PutCondition.Absent, Cancellation));
        Assert.NotNull(
            await parts.PutAsync(key, content, Text, PutCondition.Matches(put.ETag), Cancellation)
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1, 10)]
    [InlineData(3, 10)]
    [InlineData(1, 21 << 20)]
    public async Task A_put_whose_answer_was_lost_is_not_mistaken_for_a_lost_race(
        int lost,
        int size
    )
    {
        using var through = server.Store(retries: 5);
        var content = new byte[size];
        bool Decides(string request) =>
            request.Contains(Folder.TrimEnd('/'), StringComparison.Ordinal)
            && (
                size < 100
                    ? request.StartsWith("PUT", StringComparison.Ordinal)
                    : request.StartsWith("POST", StringComparison.Ordinal)
            );
        server.StandIn.Faults.Next(Fault.LostAnswer, lost, Decides);
        var first = await through.PutAsync(
            Folder + "a",
            content,
            Text,
            PutCondition.Absent,
            Cancellation
        );
        Assert.NotNull(first);
        server.StandIn.Faults.Next(Fault.LostAnswer, lost, Decides);
        var matches = PutCondition.Matches(first.ETag);
        var second = await through.PutAsync(Folder + "a", content, Text, matches, Cancellation);
        Assert.NotNull(second);
        Assert.Equal(second.ETag, (await store.HeadAsync(Folder + "a", Cancellation))!.ETag);
        // And a race that really was lost stays lost.
        Assert.Null(await through.PutAsync(Folder + "a", content, Text, matches, Cancellation));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_body_that_breaks_off_goes_on_where_it_was()
    {
        var content = RandomNumberGenerator.GetHexString(1 << 20);
        await PutAsync(Folder + "a", content);
        server.StandIn.Faults.Next(Fault.Reset, 2, IsRead);
        Assert.Equal(content[7..], await ReadAsync(Folder + "a", 7));

        // But never with the rest of another version.
        server.StandIn.Faults.Next(Fault.Reset, 1, IsRead);
        await using var body = await store.ReadAsync(Folder + "a", 0, null, null, Cancellation);
        await PutAsync(Folder + "a", content.ToLowerInvariant());
        await Assert.ThrowsAsync<ObjectChangedException>(() =>
            body!.CopyToAsync(Stream.Null, Cancellation)
        );
    }

    private bool IsRead(string request) =>
        request.StartsWith("GET", StringComparison.Ordinal)
        && request.Contains("/o/" + Folder.TrimEnd('/'), StringComparison.Ordinal);

    [Fact(Timeout = 60_000)]
    public async Task A_missing_bucket_is_an_error_that_names_it()
    {
        using var missing = new OciObjectStore(
            "no-such-bucket",
            null,
            new OciClient(server.Options(), TimeProvider.System, retries: 1),
            TimeProvider.System
        );
        Task[] calls =
        [
            missing.HeadAsync("a", Cancellation),
            missing.ReadAsync("a", 0, null, null, Cancellation),
            missing.PutAsync("a", new byte[1], Text, PutCondition.None, Cancellation),
            missing.DeleteAsync(["a"], Cancellation),
            missing.ListAsync("a", Cancellation).ToListAsync(Cancellation).AsTask(),
        ];
        foreach (var call in calls)
        {
            var failed = await Assert.ThrowsAsync<StoreException>(() => call);
            Assert.Contains("oci://no-such-bucket: ", failed.Message, StringComparison.Ordinal);
            Assert.Matches(@"404 BucketNotFound \(request id \w+\)", failed.Message);
            Assert.False(failed.IsTransient);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_error_names_object_status_code_and_request_and_passes_when_it_lasts()
    {
        using var impatient = server.Store(retries: 0);
        bool Which(string request) => request.Contains("err%20or", StringComparison.Ordinal);
        server.StandIn.Faults.Next(Fault.Error503, 1, Which);
        var failed = await Assert.ThrowsAsync<StoreException>(() =>
            impatient.PutAsync("err or", new byte[1], Text, PutCondition.None, Cancellation)
        );
        Assert.Matches(
            @"^Cannot put 'err or' in oci://films: the server answered 503 ServiceUnavailable \(request id \w+\): The service",
            failed.Message
        );
        Assert.True(failed.IsTransient);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wait_that_the_service_asks_for_is_honoured()
    {
        server.StandIn.Faults.RetryAfter = 2;
        server.StandIn.Faults.Next(
            Fault.Error429,
            1,
            request => request.Contains("patient", StringComparison.Ordinal)
        );
        var started = TimeProvider.System.GetTimestamp();
        await store.PutAsync("patient", new byte[1], Text, PutCondition.None, Cancellation);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(2));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bucket_that_is_said_to_be_missing_now_and_then_is_asked_again()
    {
        server.StandIn.Faults.Next(
            Fault.BucketNotFound,
            2,
            request => request.Contains(Folder.TrimEnd('/'), StringComparison.Ordinal)
        );
        Assert.NotNull(await PutAsync(Folder + "a", "x"));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    public async Task A_line_break_in_a_key_is_refused(string key) =>
        await Assert.ThrowsAsync<StoreException>(() => PutAsync(key, "x"));

    [Fact(Timeout = 60_000)]
    public async Task An_object_has_one_identity_however_its_namespace_was_given()
    {
        using var named = new OciObjectStore(OciServer.Bucket, StandIn.Namespace, server.Options());
        Assert.Equal(new("oci", StandIn.Namespace, "films", "a"), named.Identify("a"));
        Assert.Equal(named.Identify("a"), store.Identify("a"));
        await named.PutAsync(Folder + "a", "x"u8.ToArray(), Text, default, Cancellation);
        Assert.Equal("x", await ReadAsync(Folder + "a"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Content_type_and_cache_control_are_stored()
    {
        var options = new PutOptions("video/mp4", "public, max-age=31536000, immutable");
        using var parts = server.Store(retries: 1);
        foreach (var size in (int[])[1, 21 << 20])
        {
            var key = $"{Folder}{size}";
            await parts.PutAsync(key, new byte[size], options, default, Cancellation);
            using var client = new OciClient(server.Options(), TimeProvider.System);
            using var head = await client.SendAsync(
                new OciRequest(
                    HttpMethod.Head,
                    $"/n/{StandIn.Namespace}/b/films/o/{Uri.EscapeDataString(key)}"
                ),
                Cancellation
            );
            Assert.Equal("video/mp4", head.Content.Headers.ContentType?.ToString());
            Assert.Equal(options.CacheControl, OciClient.Header(head, "cache-control"));
        }
    }
}

/// <summary>The contract on a bad day: one request in five fails, in every way there is.</summary>
public sealed class OciFaultTests : ObjectStoreContract, IClassFixture<OciServer>, IDisposable
{
    private readonly OciObjectStore store;

    public OciFaultTests(OciServer server)
    {
        server.StandIn.Faults.Slowness = TimeSpan.FromMilliseconds(200);
        server.StandIn.Faults.Set(
            "Error500=0.03,Error503=0.03,Error429=0.03,BucketNotFound=0.03,Reset=0.03,LostAnswer=0.03,Slow=0.02"
        );
        store = server.Store();
    }

    protected override IObjectStore Store => store;

    public void Dispose() => store.Dispose();

    // A put whose answer was lost, and which another writer replaced at once, is told as not done: counted twice, but never lost.
    protected override void AssertCounted(int expected, int counted) =>
        Assert.InRange(counted, expected, 2 * expected);

    // A body that broke off after the replacement has no rest any more.
    [Fact(Timeout = 60_000)]
    public override async Task A_stream_opened_before_a_replacement_never_mixes_versions()
    {
        try
        {
            await base.A_stream_opened_before_a_replacement_never_mixes_versions();
        }
        catch (ObjectChangedException) { }
    }
}

[Collection(ObjectStoreScaleContract.Alone)]
public sealed class OciScaleTests : ObjectStoreScaleContract, IAsyncLifetime
{
    private OciProgram program = null!;
    private OciObjectStore store = null!;

    protected override IObjectStore Store => store;

    // A program of its own: the memory that is looked at is this process's.
    public async ValueTask InitializeAsync()
    {
        program = await OciProgram.StartAsync(["--bucket", "scale"], Cancellation);
        store = new OciObjectStore(
            "scale",
            null,
            OciOptions.From(program.Variables.GetValueOrDefault, TimeProvider.System)
        );
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        await program.DisposeAsync();
    }
}
