using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Api;

public sealed class JobsApiTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_job_that_is_asked_for_is_new_once_and_known_ever_after()
    {
        await using var server = await ServerUnderTest.StartAsync(Waiting());
        server.Drop("a film.mp4", [1, 2, 3]);

        var first = await CreateAsync(server, new { source = "a film.mp4" });
        var again = await CreateAsync(
            server,
            new { source = $"file://{server.Inbox}/a%20film.mp4", pipeline = "films" }
        );
        var path = await CreateAsync(server, new { source = $"{server.Inbox}/a film.mp4" });

        Assert.True(first.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        var job = await JsonAsync(first);
        Assert.Equal(
            $"/jobs/{job["id"]}",
            first.Headers.Location?.ToString() ?? $"/jobs/{job["id"]}"
        );
        Assert.Equal("a film.mp4", (string?)job["name"]);
        Assert.Equal((string?)job["id"], (string?)(await JsonAsync(again))["id"]);
        Assert.Equal((string?)job["id"], (string?)(await JsonAsync(path))["id"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_idempotency_key_is_one_job_also_at_the_same_moment()
    {
        await using var server = await ServerUnderTest.StartAsync(Waiting());
        server.Drop("film.mp4", [1, 2, 3]);
        server.Drop("other.mp4", [1, 2, 3, 4]);
        // Forced jobs would be done anew each time.
        var asked = new { source = "film.mp4", force = true };

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => CreateAsync(server, asked, "one"))
        );
        var ids = new HashSet<string?>();
        foreach (var answer in answers)
        {
            Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK);
            ids.Add((string?)(await JsonAsync(answer))["id"]);
        }
        Assert.Single(ids);
        Assert.True(answers.Count(answer => answer.StatusCode == HttpStatusCode.Created) <= 1);

        var other = await CreateAsync(server, new { source = "other.mp4" }, "one");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        // What was refused left the key as new.
        var missing = await CreateAsync(server, new { source = "missing.mp4" }, "two");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, missing.StatusCode);
        var right = await CreateAsync(server, new { source = "other.mp4" }, "two");
        Assert.True(right.IsSuccessStatusCode);
        var longest = await CreateAsync(server, asked, new string('k', 256));
        Assert.Equal(HttpStatusCode.BadRequest, longest.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_is_not_sent_again_while_it_does_not_change()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        server.Drop("film.mp4", [1, 2, 3]);
        var jobs = await server.JobsAsync(all =>
            all is [{ } only] && (string?)only["state"] == "succeeded"
        );
        var path = $"/jobs/{jobs[0]!["id"]}";

        var etag = (await server.SendAsync(HttpMethod.Get, path)).Headers.ETag!.ToString();

        Assert.Equal(HttpStatusCode.NotModified, await WithAsync(etag));
        Assert.Equal(HttpStatusCode.NotModified, await WithAsync($"\"x\", W/{etag}"));
        Assert.Equal(HttpStatusCode.NotModified, await WithAsync("*"));
        Assert.Equal(HttpStatusCode.OK, await WithAsync("\"x\""));
        Assert.Equal(HttpStatusCode.OK, await WithAsync("nonsense"));
        Assert.Equal(
            HttpStatusCode.Accepted,
            (await server.SendAsync(HttpMethod.Post, $"{path}/retry")).StatusCode
        );
        Assert.Equal(HttpStatusCode.OK, await WithAsync(etag));

        async Task<HttpStatusCode> WithAsync(string value)
        {
            using var answer = await server.SendAsync(
                HttpMethod.Get,
                path,
                headers: ("If-None-Match", value)
            );
            return answer.StatusCode;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Jobs_are_listed_page_by_page_newest_first_and_by_filters()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(3));
        for (var number = 0; number < 7; number++)
        {
            server.Drop($"film {number} 100%_\\.mp4", [1, 2, (byte)number]);
        }
        var all = await server.JobsAsync(jobs =>
            jobs.Count == 7 && jobs.All(job => (string?)job!["state"] == "rejected")
        );

        var paged = new List<string?>();
        for (string? next = ""; next is not null; )
        {
            var page = await server.GetAsync(
                $"/jobs?limit=3&state=rejected,failed{(next.Length > 0 ? $"&cursor={next}" : "")}"
            );
            paged.AddRange(page["items"]!.AsArray().Select(job => (string?)job!["id"]));
            next = (string?)page["next"];
        }

        Assert.Equal(all.Select(job => (string?)job!["id"]), paged);
        Assert.Equal(7, await CountAsync("search=100%25_%5C."));
        Assert.Equal(1, await CountAsync("search=film%203"));
        Assert.Equal(0, await CountAsync("search=film%25mp4"));
        Assert.Equal(1, await CountAsync($"search={paged[0]![..12]}"));
        Assert.Equal(7, await CountAsync("pipeline=films"));
        Assert.Equal(0, await CountAsync("pipeline=other"));
        Assert.Equal(0, await CountAsync("state=queued"));
        Assert.Equal(0, await CountAsync("since=2999-01-01T00:00:00Z"));
        Assert.Equal(7, await CountAsync("since=2020-01-01T00:00:00Z&until=2999-01-01"));

        async Task<int> CountAsync(string query) =>
            (await server.GetAsync($"/jobs?{query}"))["items"]!.AsArray().Count;
    }

    [Fact(Timeout = 60_000)]
    public async Task What_cannot_be_done_as_things_stand_is_a_conflict()
    {
        await using var server = await ServerUnderTest.StartAsync(Waiting());
        server.Drop("film.mp4", [1, 2, 3]);
        var id = (string)
            (
                await server.JobsAsync(all =>
                    all is [{ } only] && (string?)only["state"] == "running"
                )
            )[0]!["id"]!;

        Assert.Equal(HttpStatusCode.Conflict, await PostAsync("retry"));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("cancel"));
        Assert.Equal("cancelled", (string?)(await server.EndOfAsync(id))["state"]);
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync("cancel"));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("retry"));

        async Task<HttpStatusCode> PostAsync(string verb) =>
            (await server.SendAsync(HttpMethod.Post, $"/jobs/{id}/{verb}")).StatusCode;
    }

    /// <summary>Workers that go on until they are stopped.</summary>
    private static PlayedEngine Waiting() =>
        new(
            async (_, stop) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                return new PlayedEnd(0);
            }
        );

    private static Task<HttpResponseMessage> CreateAsync(
        ServerUnderTest server,
        object job,
        string? key = null
    ) =>
        server.SendAsync(
            HttpMethod.Post,
            "/jobs",
            content: JsonContent.Create(job),
            headers: key is null ? [] : [("Idempotency-Key", key)]
        );

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
}
