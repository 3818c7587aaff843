using System.Net;
using System.Security.Cryptography;
using System.Text;
using Laddermill.Server.Configuration;
using Laddermill.Server.Security;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Server.Uploads;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Uploads;

/// <summary>Uploads into a folder, by the tus protocol.</summary>
public sealed class UploadsApiTests
{
    /// <summary>Takes every name there is, so that whatever is seen starts a job.</summary>
    private const string Everything = """
        "pipelines": [{ "name": "films", "source": "inbox", "destination": "outbox", "settle": "00:00:00", "reconcile": "00:00:01", "include": ["*"] }],
        "access": { "requestsPerSecond": 0 }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task An_upload_goes_on_after_a_restart_and_its_job_starts_when_the_last_byte_is_there()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-uploads-");
        var content = RandomNumberGenerator.GetBytes(3 << 20);
        var seen = new List<string>();
        string address;
        await using (
            var first = await ServerUnderTest.StartAsync(
                PlayedEngine.Ending(0),
                Everything,
                folder.FullName
            )
        )
        {
            address = await first.BegunAsync("a film +%41 é.mp4", content.Length);
            Assert.Equal(1 << 20, await first.AppendedAsync(address, 0, content[..(1 << 20)]));
            // The folder is compared twice meanwhile.
            await first.LookedTwiceAsync();
            Assert.Empty((await first.GetAsync("/jobs"))["items"]!.AsArray());
            seen.AddRange(
                Directory.EnumerateFiles(first.Inbox).Select(each => Path.GetFileName(each))
            );
        }
        await using (
            var second = await ServerUnderTest.StartAsync(
                PlayedEngine.Ending(0),
                Everything,
                folder.FullName
            )
        )
        {
            var known = await second.OffsetAsync(address);
            Assert.Equal(1 << 20, known);
            await second.AppendedAsync(address, known, content[(1 << 20)..(2 << 20)]);
            await second.AppendedAsync(address, 2 << 20, content[(2 << 20)..]);
            var job = await second.JobOfAsync(address);
            var upload = await second.GetAsync(address);

            Assert.Equal("succeeded", (string?)job["state"]);
            Assert.Equal(content.Length, (int)job["size"]!);
            Assert.Equal((string?)job["source"], (string?)upload["source"]);
            Assert.True((bool)upload["isWhole"]!);
            Assert.Equal(
                content,
                await File.ReadAllBytesAsync(
                    Path.Combine(second.Inbox, "a film +%41 é.mp4"),
                    Cancellation
                )
            );
            // Nothing is left of what was hidden, and the one job is all there is.
            Assert.Single(Directory.EnumerateFileSystemEntries(second.Inbox));
            await second.LookedTwiceAsync();
            Assert.Single((await second.GetAsync("/jobs"))["items"]!.AsArray());
        }
        Assert.Empty(seen);
        folder.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_came_before_a_connection_broke_stays_and_a_hanging_request_gives_way()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            Everything
        );
        var content = RandomNumberGenerator.GetBytes(300_000);
        var address = await server.BegunAsync("film.mp4", content.Length);
        // It sends half and then nothing more, without an end.
        using var hanging = new HangingContent(content[..100_000]);
        var broken = server.AppendAsync(address, 0, hanging);
        while ((long)(await server.GetAsync(address))["offset"]! < 100_000)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }

        var offset = await server.OffsetAsync(address);
        var rest = await server.AppendedAsync(address, offset, content[100_000..]);

        Assert.Equal(100_000, offset);
        Assert.Equal(content.Length, rest);
        Assert.Equal("succeeded", (string?)(await server.JobOfAsync(address))["state"]);
        Assert.Equal(
            content,
            await File.ReadAllBytesAsync(Path.Combine(server.Inbox, "film.mp4"), Cancellation)
        );
        hanging.End();
        await Task.WhenAny(broken);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_taken_name_gets_a_number_unless_it_is_to_be_replaced()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            Everything
        );
        server.Drop("film.mp4", [1]);
        var second = await server.BegunAsync("film.mp4", 2);
        var third = await server.BegunAsync("film.mp4", 3);
        var instead = await server.BegunAsync("film.mp4", 4, ",replace dHJ1ZQ==");
        // Somebody else's file takes the name that the second was given.
        server.Drop("film (2).mp4", [9, 9]);

        await server.AppendedAsync(second, 0, [2, 2]);
        await server.AppendedAsync(third, 0, [3, 3, 3]);
        await server.AppendedAsync(instead, 0, [4, 4, 4, 4]);

        Assert.Equal([9, 9], Read("film (2).mp4"));
        Assert.Equal([2, 2], Read("film (2) (2).mp4"));
        Assert.Equal([3, 3, 3], Read("film (3).mp4"));
        Assert.Equal([4, 4, 4, 4], Read("film.mp4"));
        Assert.Equal("film (2) (2).mp4", (string?)(await server.GetAsync(second))["name"]);
        byte[] Read(string name) => File.ReadAllBytes(Path.Combine(server.Inbox, name));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("notes.txt", "films", 5, "matches the excluded names '*.txt'")]
    [InlineData("film.mp4", "chosen", 5, "matches no pattern of the included names")]
    [InlineData("film.mp4", "nowhere", 5, "there are: films, chosen")]
    [InlineData("..", "films", 5, "leaves no name")]
    [InlineData("film.mp4", "films", 0, "An empty file is no film")]
    [InlineData("film.mp4", "films", 1_001, "uploads.maxBytes of the configuration allows 1000")]
    [InlineData("film.en.srt", "films", 5, null)]
    public async Task What_cannot_become_a_job_is_refused_with_the_reason(
        string name,
        string pipeline,
        long size,
        string? reason
    )
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            """
            "pipelines": [
                { "name": "films", "source": "inbox", "destination": "outbox" },
                { "name": "chosen", "source": "inbox2", "destination": "outbox2", "include": ["*.mkv"] }
            ],
            "uploads": { "maxBytes": 1000 }
            """
        );
        using var answer = await server.BeginAsync(
            name,
            size,
            $",pipeline {Convert.ToBase64String(Encoding.UTF8.GetBytes(pipeline))}"
        );

        Assert.Equal(reason is null, answer.IsSuccessStatusCode);
        if (reason is not null)
        {
            Assert.Contains(reason, await TusClient.DetailAsync(answer), StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{ "keepFree": 4611686018427387904 }""", HttpStatusCode.InsufficientStorage)]
    [InlineData("""{ "mostOpen": 0 }""", HttpStatusCode.ServiceUnavailable)]
    public async Task Where_there_is_no_room_an_upload_does_not_begin(
        string uploads,
        HttpStatusCode status
    )
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            $"{ServerUnderTest.OnePipeline}, \"uploads\": {uploads}"
        );

        using var answer = await server.BeginAsync("film.mp4", 10);

        Assert.Equal(status, answer.StatusCode);
        Assert.False(Directory.Exists(Path.Combine(server.Folder, "uploads")));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_abandoned_or_given_up_leaves_nothing_behind()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        var abandoned = await server.BegunAsync("one.mp4", 10);
        var dropped = await server.BegunAsync("two.mp4", 10);
        await server.AppendedAsync(abandoned, 0, [1, 2]);
        await server.AppendedAsync(dropped, 0, [1, 2]);

        using var gone = await server.SendAsync(
            HttpMethod.Delete,
            dropped,
            headers: ("Tus-Resumable", "1.0.0")
        );
        using var sweep = ActivatorUtilities.CreateInstance<UploadSweep>(
            server.Services,
            new UploadsOptions { Keep = TimeSpan.Zero }
        );
        await sweep.RunAsync(Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        foreach (var address in new[] { abandoned, dropped })
        {
            using var head = await server.SendAsync(
                HttpMethod.Head,
                address,
                headers: ("Tus-Resumable", "1.0.0")
            );
            Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(server.Inbox));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(server.Folder, "uploads")));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_protocols_own_rules_are_kept()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        var address = await server.BegunAsync("film.mp4", 10);
        await server.AppendedAsync(address, 0, [1, 2, 3]);

        using var options = await server.SendAsync(HttpMethod.Options, "/uploads");
        using var unversioned = await server.SendAsync(HttpMethod.Delete, address);
        using var elsewhere = await server.AppendAsync(address, 5, new ByteArrayContent([1]));
        using var unknown = await server.AppendAsync("/uploads/x", 0, new ByteArrayContent([1]));
        using var untyped = await server.SendAsync(
            HttpMethod.Patch,
            address,
            null,
            new ByteArrayContent([1]),
            ("Tus-Resumable", "1.0.0"),
            ("Upload-Offset", "3")
        );
        using var nameless = await server.SendAsync(
            HttpMethod.Post,
            "/uploads",
            headers: [("Tus-Resumable", "1.0.0"), ("Upload-Length", "3")]
        );

        Assert.Equal("1.0.0", options.Headers.GetValues("Tus-Version").Single());
        Assert.Contains(
            "creation,",
            options.Headers.GetValues("Tus-Extension").Single(),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.PreconditionFailed, unversioned.StatusCode);
        Assert.Equal("1.0.0", unversioned.Headers.GetValues("Tus-Version").Single());
        Assert.Equal(HttpStatusCode.Conflict, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, untyped.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, nameless.StatusCode);
        // More than was said is not taken.
        await server.AppendedAsync(address, 3, new byte[100]);
        Assert.Equal(10, new FileInfo(Path.Combine(server.Inbox, "film.mp4")).Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_who_may_submit_uploads_and_no_page_of_another_origin_does()
    {
        await using var kept = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            KeptServer.Configuration
        );
        var (reader, _) = await kept.KeyAsync(Scope.Read);
        var (submitter, _) = await kept.KeyAsync(Scope.Submit);
        await using var open = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));

        using var nobody = await kept.BeginAsync("film.mp4", 5);
        using var read = await kept.BeginAsync("film.mp4", 5, key: reader);
        using var submitted = await kept.BeginAsync("film.mp4", 5, key: submitter);
        using var foreign = await open.BeginAsync(
            "film.mp4",
            5,
            headers: ("Origin", "https://evil.example")
        );
        // What a browser asks before it lets a page send headers of its own: no answer allows it.
        using var preflight = await kept.SendAsync(
            HttpMethod.Options,
            "/uploads",
            submitter,
            headers: [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST")]
        );

        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, read.StatusCode);
        Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
