using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Api;

public sealed class PipelinesApiTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_pipeline_shows_its_rules_how_its_source_was_compared_and_how_its_jobs_fare()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            """
            "pipelines": [
                { "name": "films", "source": "inbox", "destination": "outbox", "settle": "00:00:00", "reconcile": "00:00:01", "priority": 7, "include": ["*.mp4"] },
                { "name": "other", "source": "inbox2", "destination": "outbox2", "profile": { "extends": "default", "segments": { "gopSeconds": 1 } } }
            ]
            """
        );
        server.Drop("one.mp4", [1, 2, 3]);
        server.Drop("two.mp4", [1, 2, 3, 4]);
        await server.JobsAsync(all =>
            all.Count == 2 && all.All(job => (string?)job!["state"] == "succeeded")
        );

        var listed = await server.GetAsync("/pipelines");
        var films = await server.GetAsync("/pipelines/films");
        while (
            films["lastReconciliation"] is null || (int)films["lastReconciliation"]!["looked"]! < 2
        )
        {
            await Task.Delay(
                TimeSpan.FromMilliseconds(50),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
            films = await server.GetAsync("/pipelines/films");
        }

        Assert.Equal(["films", "other"], listed.AsArray().Select(each => (string)each!["name"]!));
        Assert.Equal($"file://{server.Inbox}/", ((string)films["source"]!).TrimEnd('/') + "/");
        Assert.Equal(2, (int)films["jobs"]!["succeeded"]!);
        Assert.Equal(0, (int)films["jobs"]!["failed"]!);
        Assert.Equal(7, (int)films["priority"]!);
        Assert.Equal("*.mp4", (string)films["include"]![0]!);
        Assert.Equal(1.0, (double)films["reconcileSeconds"]!);
        Assert.Equal(["hls", "dash"], films["protocols"]!.AsArray().Select(each => (string)each!));
        Assert.Equal(0, (int)listed[1]!["jobs"]!["succeeded"]!);
        var profile = await server.GetAsync("/pipelines/other/profile");
        Assert.Equal(1.0, (double)profile["profile"]!["segments"]!["gopSeconds"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_profile_is_shown_with_every_field_that_it_has()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));

        var names = (await server.GetAsync("/profiles")).AsArray();

        Assert.Contains("default", names.Select(each => (string)each!));
        foreach (var name in names)
        {
            var shown = await server.GetAsync($"/profiles/{name}");
            Assert.Equal((string?)name, (string?)shown["name"]);
            Assert.True((double)shown["profile"]!["segments"]!["gopSeconds"]! > 0);
        }
    }
}
