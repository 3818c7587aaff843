using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Api;

public sealed class PlanApiTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_plan_says_what_would_be_made_and_why_and_makes_nothing()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            // Nothing is taken in by itself.
            """
            "pipelines": [{ "name": "films", "source": "inbox", "destination": "outbox", "include": ["nothing"] }]
            """
        );
        server.Drop("a film +%41 é.mp4", await Films.MakeAsync());
        server.Drop("broken.mp4", [1, 2, 3]);

        var answer = await PlanAsync(server, new { source = "a film +%41 é.mp4" });
        var plan = await JsonAsync(answer);
        var several = await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(_ =>
                    PlanAsync(server, new { source = "a film +%41 é.mp4", profile = "constant" })
                )
        );
        var broken = await PlanAsync(server, new { source = "broken.mp4" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("films", (string?)plan["pipeline"]);
        Assert.Equal("default", (string?)plan["profile"]);
        Assert.Equal(1.0, (double)plan["duration"]!, 0.1);
        Assert.NotEmpty(plan["decisions"]!.AsArray());
        Assert.NotEmpty(plan["plan"]!["video"]!["renditions"]!.AsArray());
        // One at a time; who waits too long for the others is told to come again.
        Assert.Contains(several, each => each.StatusCode == HttpStatusCode.OK);
        Assert.All(
            several,
            each => Assert.True(each.IsSuccessStatusCode || each.Headers.RetryAfter is not null)
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, broken.StatusCode);
        Assert.Equal("not-media", (string?)(await JsonAsync(broken))["code"]);
        Assert.Empty(Directory.GetFileSystemEntries(server.Outbox));
        Assert.Empty((await server.GetAsync("/jobs"))["items"]!.AsArray());
    }

    private static Task<HttpResponseMessage> PlanAsync(ServerUnderTest server, object asked) =>
        server.SendAsync(HttpMethod.Post, "/plan", content: JsonContent.Create(asked));

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
}
