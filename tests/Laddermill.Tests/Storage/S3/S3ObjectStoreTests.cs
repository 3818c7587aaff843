using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Laddermill.Storage;
using Laddermill.Storage.S3;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Storage.S3;

[Trait("Level", "Long")]
public sealed class S3ObjectStoreTests(S3Server server) : ObjectStoreContract, IAsyncLifetime
{
    private const string Bucket = "contract";

    private S3ObjectStore store = null!;

    protected override IObjectStore Store => store;

    public async ValueTask InitializeAsync() =>
        store = await server.BucketAsync(Bucket, Cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact(Timeout = 60_000)]
    public async Task Content_type_and_cache_control_are_stored()
    {
        var options = new PutOptions("video/mp4", "public, max-age=31536000, immutable");
        await store.PutAsync(Folder + "a", new byte[1], options, default, Cancellation);
        using var client = (await server.StartAsync(Cancellation)).CreateClient();
        var headers = await client.GetObjectMetadataAsync(Bucket, Folder + "a", Cancellation);
        Assert.Equal("video/mp4", headers.Headers.ContentType);
        Assert.Equal("public, max-age=31536000, immutable", headers.Headers.CacheControl);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_put_whose_answer_was_lost_is_not_mistaken_for_a_lost_race(int lost)
    {
        var options = await server.StartAsync(Cancellation);
        await using var cutter = new AnswerCutter(options.Endpoint!);
        options.Endpoint = cutter.Address;
        using var client = options.CreateClient();
        var through = new S3ObjectStore(Bucket, client);

        cutter.Cuts = lost;
        var first = await through.PutAsync(
            Folder + "a",
            "first"u8.ToArray(),
            Text,
            PutCondition.Absent,
            Cancellation
        );
        Assert.NotNull(first);
        cutter.Cuts = lost;
        var matches = PutCondition.Matches(first.ETag);
        var second = await through.PutAsync(
            Folder + "a",
            "second"u8.ToArray(),
            Text,
            matches,
            Cancellation
        );
        Assert.NotNull(second);
        Assert.Equal("second", await ReadAsync(Folder + "a"));
        Assert.True(cutter.Cuts <= 0);
        // And a race that really was lost stays lost.
        Assert.Null(
            await through.PutAsync(Folder + "a", "third"u8.ToArray(), Text, matches, Cancellation)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_missing_bucket_is_an_error_that_names_it()
    {
        using var client = (await server.StartAsync(Cancellation)).CreateClient();
        var missing = new S3ObjectStore("no-such-bucket", client);
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
            Assert.Contains("s3://no-such-bucket: ", failed.Message, StringComparison.Ordinal);
            Assert.Matches(@"404 NoSuchBucket \(request id \S+\)", failed.Message);
            Assert.False(failed.IsTransient);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Refused_credentials_are_an_error_without_the_secret()
    {
        var options = await server.StartAsync(Cancellation);
        options.Credentials = new BasicAWSCredentials("test", "hush-this-is-wrong");
        using var client = options.CreateClient();
        var refused = new S3ObjectStore(Bucket, client);
        var failed = await Assert.ThrowsAsync<StoreException>(() =>
            refused.PutAsync("a b", new byte[1], Text, PutCondition.None, Cancellation)
        );
        Assert.StartsWith(
            "Cannot put 'a b' in s3://contract: the server answered 403 SignatureDoesNotMatch (request id tx",
            failed.Message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hush", failed.ToString(), StringComparison.Ordinal);
        Assert.False(failed.IsTransient);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_is_not_there_is_a_transient_error()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var port = ((IPEndPoint)socket.LocalEndpoint).Port;
        socket.Stop();
        var options = new S3Options
        {
            Endpoint = new Uri($"http://127.0.0.1:{port}"),
            Credentials = new BasicAWSCredentials("x", "y"),
        };
        using var client = options.CreateClient(retries: 1);
        var failed = await Assert.ThrowsAsync<StoreException>(() =>
            new S3ObjectStore("films", client).HeadAsync("a", Cancellation)
        );
        Assert.StartsWith(
            "Cannot look up 'a' in s3://films: ",
            failed.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("refused", failed.Message, StringComparison.Ordinal);
        Assert.True(failed.IsTransient);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_does_not_speak_S3_is_told_in_a_sentence()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var answering = AnswerAsync(socket);
        var options = new S3Options
        {
            Endpoint = new Uri($"http://{socket.LocalEndpoint}"),
            Credentials = new BasicAWSCredentials("x", "y"),
        };
        using var client = options.CreateClient(retries: 0);
        var failed = await Assert.ThrowsAsync<StoreException>(async () =>
            await new S3ObjectStore("films", client)
                .ListAsync("a", Cancellation)
                .AnyAsync(Cancellation)
        );
        Assert.Equal(
            "Cannot list 'a' in s3://films: what answered there does not speak S3; check the endpoint.",
            failed.Message
        );
        Assert.False(failed.IsTransient);
        await answering;

        static async Task AnswerAsync(TcpListener socket)
        {
            using var connection = await socket.AcceptTcpClientAsync(Cancellation);
            await using var stream = connection.GetStream();
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(Cancellation) is { Length: > 0 }) { }
            await stream.WriteAsync(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray(),
                Cancellation
            );
        }
    }

    [Fact]
    public async Task Amazons_bucket_has_the_same_identity_everywhere_and_others_name_their_server()
    {
        var amazon = S3Options.From(name => name == "AWS_REGION" ? "eu-west-1" : null);
        using var first = amazon.CreateClient();
        Assert.Equal(new("s3", "", "films", "a"), new S3ObjectStore("films", first).Identify("a"));
        var own = await server.StartAsync(Cancellation);
        using var second = own.CreateClient();
        Assert.Equal(
            new("s3", own.Endpoint!.ToString().TrimEnd('/'), "films", "a"),
            new S3ObjectStore("films", second).Identify("a")
        );
    }
}

[Collection(ObjectStoreScaleContract.Alone)]
public sealed class S3ScaleTests(S3Server server) : ObjectStoreScaleContract, IAsyncLifetime
{
    private S3ObjectStore store = null!;

    protected override IObjectStore Store => store;

    public async ValueTask InitializeAsync() =>
        store = await server.BucketAsync("scale", Cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
