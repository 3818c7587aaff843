using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Api;

/// <summary>Profiles that are saved through the server.</summary>
public sealed class ProfilesApiTests
{
    private const string Fast = """{ "extends": "default", "segments": { "gopSeconds": 1 } }""";
    private const string Slow = """{ "extends": "default", "segments": { "gopSeconds": 4 } }""";

    [Fact(Timeout = 60_000)]
    public async Task A_saved_profile_counts_for_the_next_job_and_jobs_before_it_keep_theirs()
    {
        var engine = PlayedEngine.Ending(0);
        await using var server = await ServerUnderTest.StartAsync(engine);
        server.Drop("film.mp4", [1, 2, 3]);
        var saved = await SaveAsync(server, "mine", Fast, ("If-None-Match", "*"));
        var first = await SubmitAsync(server);
        var again = await SubmitAsync(server);

        var changed = await SaveAsync(
            server,
            "mine",
            Slow,
            ("If-Match", saved.Headers.ETag!.ToString())
        );
        var second = await SubmitAsync(server);
        await server.EndOfAsync(first);
        await server.EndOfAsync(second);

        Assert.Equal(HttpStatusCode.Created, saved.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
        Assert.Equal(["mine", "mine"], Documents().Select(each => (string?)each["name"]));
        Assert.Equal(
            [1.0, 4.0],
            Documents().Select(each => (double)each["segments"]!["gopSeconds"]!)
        );
        var shown = await server.GetAsync("/profiles/mine");
        Assert.Equal(4.0, (double)shown["profile"]!["segments"]!["gopSeconds"]!);
        Assert.Equal("default", (string?)shown["written"]!["extends"]);
        Assert.Equal(
            ["default", "constant", "per-title", "mine"],
            (await server.GetAsync("/profiles")).AsArray().Select(each => (string?)each)
        );

        IEnumerable<JsonNode> Documents() =>
            engine
                .Started.Select(work => JsonNode.Parse(work.Arguments[1])!["profile"])
                .OfType<JsonObject>();

        async Task<string> SubmitAsync(ServerUnderTest to)
        {
            using var answer = await to.SendAsync(
                HttpMethod.Post,
                "/jobs",
                content: JsonContent.Create(new { source = "film.mp4", profile = "mine" })
            );
            Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
            return (string)(await JsonAsync(answer))["id"]!;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pipeline_that_names_it_makes_its_next_job_with_what_was_saved_last()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-profiles-");
        string tag;
        await using (
            var before = await ServerUnderTest.StartAsync(
                PlayedEngine.Ending(0),
                folder: folder.FullName
            )
        )
        {
            tag = (
                await SaveAsync(before, "mine", Fast, ("If-None-Match", "*"))
            ).Headers.ETag!.ToString();
        }
        await using (
            var server = await ServerUnderTest.StartAsync(
                PlayedEngine.Ending(0),
                """
                "pipelines": [{ "name": "films", "source": "inbox", "destination": "outbox", "settle": "00:00:00.2", "profile": "mine" }]
                """,
                folder.FullName
            )
        )
        {
            var at = "/pipelines/films/profile";
            var fast = (double)(await server.GetAsync(at))["profile"]!["segments"]!["gopSeconds"]!;
            await SaveAsync(server, "mine", Slow, ("If-Match", tag));
            var slow = (double)(await server.GetAsync(at))["profile"]!["segments"]!["gopSeconds"]!;
            using var kept = await server.SendAsync(
                HttpMethod.Delete,
                "/profiles/mine",
                headers: ("If-Match", tag)
            );
            // Broken by hand, it holds the upload up until it is mended.
            var file = Path.Combine(folder.FullName, "profiles", "mine.json");
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(file, "{", TestContext.Current.CancellationToken);
            using var broken = await server.SendAsync(HttpMethod.Get, "/profiles/mine");
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);

            Assert.Equal((1.0, 4.0), (fast, slow));
            Assert.Equal(HttpStatusCode.Conflict, kept.StatusCode);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, broken.StatusCode);
        }
        folder.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_editors_do_not_undo_each_others_work()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        var mine = await SaveAsync(server, "shared", Fast, ("If-None-Match", "*"));
        var tag = ("If-Match", mine.Headers.ETag!.ToString());

        var twice = await SaveAsync(server, "shared", Slow, ("If-None-Match", "*"));
        var careless = await SaveAsync(server, "shared", Slow);
        var theirs = await SaveAsync(server, "shared", Slow, tag);
        var late = await SaveAsync(server, "shared", Fast, tag);
        using var remove = await server.SendAsync(
            HttpMethod.Delete,
            "/profiles/shared",
            headers: tag
        );
        using var removed = await server.SendAsync(
            HttpMethod.Delete,
            "/profiles/shared",
            headers: ("If-Match", theirs.Headers.ETag!.ToString())
        );

        Assert.Equal(HttpStatusCode.PreconditionFailed, twice.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionRequired, careless.StatusCode);
        Assert.Equal(HttpStatusCode.OK, theirs.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, remove.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("default")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("%2e%2e%2fx")]
    [InlineData("é")]
    public async Task A_built_in_name_or_one_that_is_none_is_refused(string name)
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));

        using var answer = await SaveAsync(server, name, Fast, ("If-None-Match", "*"));

        Assert.False(answer.IsSuccessStatusCode);
        Assert.False(Directory.Exists(Path.Combine(server.Folder, "profiles")));
    }

    [Fact(Timeout = 60_000)]
    public async Task All_that_is_wrong_is_told_at_once_each_at_its_field()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));

        using var answer = await SaveAsync(
            server,
            "mine",
            """
            { "extends": "default", "segments": { "gopSeconds": 99 }, "audio": { "sampleRate": 44101, "loudness": { "mode": "loud" } },
              "video": { "rungs": [{ "name": "a b", "width": 15, "height": 16, "maxBitrate": 100000, "crf": 20, "preset": "fast", "encoderOptions": ["keyint=3"], "threads": 1 }] },
              "nonsense": 1 }
            """,
            ("If-None-Match", "*")
        );
        var problem = await JsonAsync(answer);
        var fields = problem["problems"]!
            .AsArray()
            .Select(each => (string?)each!["field"])
            .Distinct()
            .Order(StringComparer.Ordinal);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(
            [
                "audio.loudness.mode",
                "audio.sampleRate",
                "nonsense",
                "segments.gopSeconds",
                "segments.gopsPerSegment",
                "video.rungs[0].encoderOptions",
                "video.rungs[0].name",
                "video.rungs[0].width",
            ],
            fields
        );
        Assert.Equal(
            "GopSeconds is 99; it must be from 0.5 to 10.",
            (string?)
                problem["problems"]!
                    .AsArray()
                    .First(each => (string?)each!["field"] == "segments.gopSeconds")!["message"]
        );
    }

    private static async Task<HttpResponseMessage> SaveAsync(
        ServerUnderTest server,
        string name,
        string profile,
        params (string, string)[] headers
    ) =>
        await server.SendAsync(
            HttpMethod.Put,
            $"/profiles/{name}",
            content: JsonContent.Create(JsonNode.Parse(profile)),
            headers: headers
        );

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
}
