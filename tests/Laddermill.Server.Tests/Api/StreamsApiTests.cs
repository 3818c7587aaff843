using System.Net;
using Laddermill.Server.Security;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Api;

/// <summary>What was published, as players ask for it.</summary>
public sealed class StreamsApiTests(OpenServer shared) : IClassFixture<OpenServer>
{
    private const string Segment =
        "/streams/films/a%20film%20%2B.mp4/mf4k2c7a/video-1080p/00000.m4s";

    [Fact(Timeout = 60_000)]
    public async Task Files_come_with_their_types_ranges_versions_and_caching()
    {
        var server = await PublishAsync(shared.Server);

        var whole = await server.SendAsync(HttpMethod.Get, Segment);
        var head = await server.SendAsync(HttpMethod.Head, Segment);
        var etag = whole.Headers.ETag!.ToString();
        var part = await server.SendAsync(HttpMethod.Get, Segment, headers: ("Range", "bytes=2-4"));
        var behind = await server.SendAsync(
            HttpMethod.Get,
            Segment,
            headers: ("Range", "bytes=100-")
        );
        var known = await server.SendAsync(
            HttpMethod.Get,
            Segment,
            headers: ("If-None-Match", etag)
        );
        var playlist = await server.SendAsync(
            HttpMethod.Get,
            "/streams/films/a%20film%20%2B.mp4/master.m3u8"
        );

        Assert.Equal("0123456789", await TextAsync(whole));
        Assert.Equal("video/iso.segment", whole.Content.Headers.ContentType?.MediaType);
        Assert.Equal("public, max-age=31536000, immutable", CacheOf(whole));
        Assert.Equal("bytes", whole.Headers.AcceptRanges.Single());
        Assert.Equal(
            (HttpStatusCode.OK, 10L),
            (head.StatusCode, head.Content.Headers.ContentLength)
        );
        Assert.Equal("", await TextAsync(head));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("234", await TextAsync(part));
        Assert.Equal("bytes 2-4/10", part.Content.Headers.ContentRange?.ToString());
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, behind.StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(
            "application/vnd.apple.mpegurl",
            playlist.Content.Headers.ContentType?.MediaType
        );
        Assert.Equal("no-cache", CacheOf(playlist));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(".laddermill/jobs/x.json")]
    [InlineData("%2eladdermill/jobs/x.json")]
    [InlineData("a/../.laddermill/jobs/x.json")]
    [InlineData(".hidden.mp4")]
    [InlineData("unknown.exe")]
    [InlineData("")]
    [InlineData("a%20film%20%2B.mp4")]
    public async Task Our_notes_folders_and_what_is_no_media_are_not_served(string path)
    {
        var server = await PublishAsync(shared.Server);

        using var answer = await server.SendAsync(HttpMethod.Get, $"/streams/films/{path}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact(Timeout = 60_000)]
    public async Task Pages_of_named_origins_may_play()
    {
        var any = await PublishAsync(shared.Server);
        await using var named = await StartAsync("\"corsOrigins\": [\"https://www.example.org\"]");

        var free = await server(any, "https://anybody.example");
        var friend = await server(named, "https://www.example.org");
        var stranger = await server(named, "https://anybody.example");
        var preflight = await any.SendAsync(
            HttpMethod.Options,
            Segment,
            null,
            null,
            ("Origin", "https://anybody.example"),
            ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "range")
        );
        var jobs = await any.SendAsync(
            HttpMethod.Get,
            "/jobs",
            headers: ("Origin", "https://anybody.example")
        );

        Assert.Equal("*", Header(free, "Access-Control-Allow-Origin"));
        Assert.Contains(
            "Content-Range",
            Header(free, "Access-Control-Expose-Headers"),
            StringComparison.Ordinal
        );
        Assert.Equal("https://www.example.org", Header(friend, "Access-Control-Allow-Origin"));
        Assert.Null(Header(stranger, "Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("*", Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Contains(
            "range",
            Header(preflight, "Access-Control-Allow-Headers"),
            StringComparison.OrdinalIgnoreCase
        );
        Assert.Null(Header(jobs, "Access-Control-Allow-Origin"));

        static Task<HttpResponseMessage> server(ServerUnderTest one, string origin) =>
            one.SendAsync(
                HttpMethod.Get,
                Segment,
                null,
                null,
                ("Origin", origin),
                ("Range", "bytes=0-1")
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task Streams_that_are_not_public_need_a_key()
    {
        await using var server = await StartAsync(
            "\"public\": false",
            ", \"access\": { \"required\": true }"
        );
        await using var open = await StartAsync(
            "\"public\": true",
            ", \"access\": { \"required\": true }"
        );
        var key = (await server.KeyAsync(Scope.Read)).Key;

        var stranger = await server.SendAsync(HttpMethod.Get, Segment);
        var known = await server.SendAsync(HttpMethod.Get, Segment, key);
        var anybody = await open.SendAsync(HttpMethod.Get, Segment);

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal("max-age=31536000, private, immutable", CacheOf(known));
        Assert.Equal(HttpStatusCode.OK, anybody.StatusCode);
    }

    private static async Task<ServerUnderTest> StartAsync(string streams, string more = "") =>
        await PublishAsync(
            await ServerUnderTest.StartAsync(
                PlayedEngine.Ending(0),
                $$"""{{ServerUnderTest.OnePipeline}}, "streams": { {{streams}} }{{more}}"""
            )
        );

    private static async Task<ServerUnderTest> PublishAsync(ServerUnderTest server)
    {
        foreach (
            var name in new[]
            {
                "a film +.mp4/mf4k2c7a/video-1080p/00000.m4s",
                "a film +.mp4/master.m3u8",
                ".laddermill/jobs/x.json",
                ".hidden.mp4",
                "unknown.exe",
            }
        )
        {
            var path = Path.Combine(server.Outbox, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "0123456789", TestContext.Current.CancellationToken);
        }
        return server;
    }

    private static string? CacheOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Cache-Control", out var values)
            ? string.Join(", ", values)
            : null;

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    private static Task<string> TextAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
