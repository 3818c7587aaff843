using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests;

/// <summary>The server as its users meet it: real files, real workers, real streams.</summary>
public sealed class FilmTests
{
    [Fact(Timeout = 120_000)]
    public async Task Files_that_are_dropped_become_streams_and_what_is_broken_is_refused_with_a_reason()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var film = await Films.MakeAsync();
        server.Drop("first.mp4", film);
        server.Drop("a folder/second +%41 é.mp4", film);
        server.Drop("broken.mp4", film[..2000]);
        server.Drop("notes.txt", film);

        var jobs = await server.JobsAsync(all =>
            all.Count == 3 && all.All(job => (string?)job!["state"] is "succeeded" or "rejected")
        );

        var byName = jobs.ToDictionary(job => (string)job!["name"]!, job => job!);
        Assert.Equal("rejected", (string?)byName["broken.mp4"]["state"]);
        Assert.NotNull((string?)byName["broken.mp4"]["code"]);
        Assert.NotNull((string?)byName["broken.mp4"]["reason"]);
        foreach (var name in new[] { "first.mp4", "a folder/second +%41 é.mp4" })
        {
            var links = byName[name]["links"]!;
            var playlist = await server.Client.GetAsync(
                (string)links["playlist"]!,
                TestContext.Current.CancellationToken
            );
            Assert.Equal(
                "application/vnd.apple.mpegurl",
                playlist.Content.Headers.ContentType?.MediaType
            );
            Assert.Equal("no-cache", playlist.Headers.CacheControl?.ToString());
            var manifest = await server.Client.GetStringAsync(
                (string)links["manifest"]!,
                TestContext.Current.CancellationToken
            );
            Assert.Contains("<MPD", manifest, StringComparison.Ordinal);
        }
    }
}
