using System.Net;
using System.Net.Http.Headers;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;
using Laddermill.Storage.Gateway;

namespace Laddermill.Tests.Storage.Gateway;

public sealed class RangeGatewayTests : IDisposable
{
    private const int Minute = 60_000;
    private const string Key = "films/a b.mp4";

    /// <summary>Longer than what is kept at both ends, and no multiple of anything.</summary>
    private const int Size = 40 * 1024 * 1024 + 12_345;

    private readonly TemporaryFolder folder = new();
    private readonly byte[] content = new byte[Size];
    private readonly HttpClient client = new();

    public RangeGatewayTests() => new Random(7).NextBytes(content);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Theory(Timeout = Minute)]
    [InlineData(null, 200, 0, Size)]
    [InlineData("bytes=0-", 206, 0, Size)]
    [InlineData("bytes=0-0", 206, 0, 1)]
    [InlineData("bytes=2097151-2097152", 206, 2097151, 2097153)]
    [InlineData("bytes=41955384-", 206, 41955384, Size)]
    [InlineData("bytes=41955384-99999999", 206, 41955384, Size)]
    [InlineData("bytes=-5", 206, Size - 5, Size)]
    [InlineData("bytes=-99999999", 206, 0, Size)]
    [InlineData("bytes=5-3", 200, 0, Size)]
    [InlineData("bytes=0-1,3-4", 200, 0, Size)]
    [InlineData("lines=0-1", 200, 0, Size)]
    [InlineData("bytes=41955385-", 416, 0, 0)]
    public async Task The_bytes_that_were_asked_for_are_sent(
        string? range,
        int status,
        int first,
        int end
    )
    {
        await using var gateway = await OpenAsync(Store());
        using var answer = await GetAsync(gateway.Address, range);

        var body = await answer.Content.ReadAsByteArrayAsync(Cancellation);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.True(body.AsSpan().SequenceEqual(content.AsSpan(first, end - first)));
        Assert.Null(gateway.Failure);
        if (status == 206)
        {
            Assert.Equal(
                new ContentRangeHeaderValue(first, end - 1, Size),
                answer.Content.Headers.ContentRange
            );
        }
    }

    [Fact(Timeout = Minute)]
    public async Task Nobody_gets_anything_who_does_not_know_the_address()
    {
        await using var gateway = await OpenAsync(Store());

        using var guess = await GetAsync(new Uri(gateway.Address, "/"), null);
        using var post = await client.PostAsync(gateway.Address, null, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, guess.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.True(gateway.Address.IsLoopback);
    }

    [Fact(Timeout = Minute)]
    public async Task A_store_that_fails_a_third_of_the_time_is_read_to_the_last_byte()
    {
        var store = new FaultyStore(Store(), 0.33);
        await using var gateway = new RangeGateway(
            store,
            (await Store().HeadAsync(Key, Cancellation))!,
            TimeProvider.System
        );

        var body = await client.GetByteArrayAsync(gateway.Address, Cancellation);

        Assert.True(body.AsSpan().SequenceEqual(content));
        Assert.True(store.Faults > 3);
    }

    [Fact(Timeout = Minute)]
    public async Task An_object_that_changes_while_it_is_read_is_never_mixed_with_the_new_one()
    {
        var store = Store();
        await using var gateway = await OpenAsync(store);
        using (var head = await GetAsync(gateway.Address, "bytes=0-9"))
        {
            Assert.Equal(206, (int)head.StatusCode);
        }
        await store.PutAsync(Key, new byte[Size], new("video/mp4"), default, Cancellation);

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetByteArrayAsync(gateway.Address, Cancellation)
        );

        Assert.IsType<ObjectChangedException>(gateway.Failure);
        Assert.True(gateway.Lost.IsCancellationRequested);
    }

    [Fact(Timeout = Minute)]
    public async Task An_index_at_the_end_is_fetched_once_however_often_it_is_read()
    {
        var store = new FaultyStore(Store(), 0);
        await using var gateway = await OpenAsync(store);

        for (var reader = 0; reader < 10; reader++)
        {
            using var head = await GetAsync(gateway.Address, "bytes=0-99");
            using var tail = await GetAsync(gateway.Address, $"bytes={Size - 3_000_000}-");
            await tail.Content.ReadAsByteArrayAsync(Cancellation);
        }

        // The look-up, the head's block, and the blocks that three million bytes lie in.
        Assert.InRange(store.Calls, 3, 5);
    }

    [Fact(Timeout = Minute)]
    public async Task Several_readers_at_different_places_get_what_they_ask_for()
    {
        await using var gateway = await OpenAsync(Store());

        var bodies = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async reader =>
                {
                    var first = reader * 3_000_000;
                    using var answer = await GetAsync(
                        gateway.Address,
                        $"bytes={first}-{first + 8_000_000}"
                    );
                    return (first, await answer.Content.ReadAsByteArrayAsync(Cancellation));
                })
        );

        Assert.All(
            bodies,
            body =>
                Assert.True(
                    body.Item2.AsSpan().SequenceEqual(content.AsSpan(body.first, body.Item2.Length))
                )
        );
    }

    private FileSystemObjectStore Store()
    {
        var store = new FileSystemObjectStore(folder.Path);
        var path = Path.Join(folder.Path, Key);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
        return store;
    }

    private static async Task<RangeGateway> OpenAsync(IObjectStore store) =>
        new(store, (await store.HeadAsync(Key, Cancellation))!, TimeProvider.System);

    private async Task<HttpResponseMessage> GetAsync(Uri address, string? range)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (range is not null)
        {
            request.Headers.TryAddWithoutValidation("Range", range);
        }
        return await client.SendAsync(request, Cancellation);
    }
}
