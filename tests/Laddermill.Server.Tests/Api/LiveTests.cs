using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Laddermill.Server.Api;
using Laddermill.Server.Ledger;
using Laddermill.Server.Tests.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Api;

public sealed class LiveTests
{
    [Fact(Timeout = 60_000)]
    public async Task Whatever_changes_a_job_is_told_with_the_job_as_it_is_then()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        await using var live = await Listener.StartAsync(server);
        Assert.Equal("counts", (await live.NextAsync()).EventType);

        server.Drop("film.mp4", [1, 2, 3]);
        var told = await live.NextJobAsync(job => (string?)job["state"] == "succeeded");

        var job = await server.GetAsync($"/jobs/{told.Job["id"]}");
        Assert.Equal(job.ToJsonString(), told.Job.ToJsonString());
        var counts = await live.NextAsync(item => item.EventType == "counts");
        Assert.Equal(1, (int)JsonNode.Parse(counts.Data)!["succeeded"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_another_server_writes_is_told_too_and_what_was_missed_is_told_again()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        string last;
        await using (var live = await Listener.StartAsync(server))
        {
            await live.NextAsync();
            // Past this server's own ways, as another one on the same ledger does it.
            await EnterAsync(server, "aaaa");
            last = (await live.NextJobAsync(job => (string?)job["id"] == "aaaa")).Id;
        }
        var feed = server.Services.GetRequiredService<LiveFeed>();
        while (feed.Listeners > 0)
        {
            await Task.Yield();
        }
        await EnterAsync(server, "bbbb");

        await using var again = await Listener.StartAsync(server, last);
        var missed = await again.NextJobAsync(job => (string?)job["id"] == "bbbb");

        Assert.True(string.CompareOrdinal(missed.Id, last) > 0);
        // Whatever came before this one is told by then, and not again to who comes later.
        await EnterAsync(server, "cccc");
        await again.NextJobAsync(job => (string?)job["id"] == "cccc");
        // Who comes without an id hears of what happens from now on alone.
        await using var fresh = await Listener.StartAsync(server);
        await fresh.NextAsync();
        await EnterAsync(server, "dddd");
        var first = await fresh.NextJobAsync(_ => true);
        Assert.Equal("dddd", (string?)first.Job["id"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Changes_that_become_visible_late_are_told_all_the_same_and_each_once()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        await using var live = await Listener.StartAsync(server);
        await live.NextAsync();
        var now = TimeProvider.System.GetUtcNow().UtcTicks;

        await EnterAsync(server, "aaaa", now);
        Assert.Equal("aaaa", (string?)(await live.NextJobAsync(_ => true)).Job["id"]);
        await EnterAsync(server, "bbbb", now - (5 * TimeSpan.TicksPerSecond));

        Assert.Equal("bbbb", (string?)(await live.NextJobAsync(_ => true)).Job["id"]);
        await EnterAsync(server, "cccc", now + 1);
        Assert.Equal("cccc", (string?)(await live.NextJobAsync(_ => true)).Job["id"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Listeners_that_come_and_go_are_all_told()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));

        for (var times = 0; times < 5; times++)
        {
            await using var live = await Listener.StartAsync(server);
            Assert.Equal("counts", (await live.NextAsync()).EventType);
        }
        await using var last = await Listener.StartAsync(server);
        await last.NextAsync();
        await EnterAsync(server, "aaaa");

        Assert.Equal("aaaa", (string?)(await last.NextJobAsync(_ => true)).Job["id"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_missed_more_than_is_told_again_is_told_to_list_anew()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        await Task.WhenAll(
            Enumerable.Range(0, 1100).Select(number => EnterAsync(server, $"job{number}"))
        );

        await using var live = await Listener.StartAsync(server, "1");

        Assert.Equal("reload", (await live.NextAsync()).EventType);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_stops_does_not_wait_for_listeners()
    {
        var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        await using var live = await Listener.StartAsync(server);
        await live.NextAsync();
        var began = TimeProvider.System.GetTimestamp();

        await server.DisposeAsync();

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(15));
    }

    private static Task<bool> EnterAsync(ServerUnderTest server, string id, long? changed = null)
    {
        var now = changed ?? TimeProvider.System.GetUtcNow().UtcTicks;
        return server
            .Services.GetRequiredService<JobQueue>()
            .EnterAsync(
                new JobRow
                {
                    Id = id,
                    Pipeline = "films",
                    Source = $"file:///films/{id}.mp4",
                    Name = $"{id}.mp4",
                    Destination = "file:///streams",
                    Document = "{}",
                    State = JobState.Succeeded,
                    Created = now,
                    Queued = now,
                    Ended = now,
                    Changed = now,
                },
                [],
                TestContext.Current.CancellationToken
            );
    }

    /// <summary>One connection to <c>/live</c>.</summary>
    private sealed class Listener(
        HttpResponseMessage answer,
        IAsyncEnumerator<SseItem<string>> items
    ) : IAsyncDisposable
    {
        public static async Task<Listener> StartAsync(ServerUnderTest server, string? last = null)
        {
            var answer = await server.SendAsync(
                HttpMethod.Get,
                "/live",
                headers: last is null ? [] : [("Last-Event-ID", last)]
            );
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            var stream = await answer.Content.ReadAsStreamAsync(
                TestContext.Current.CancellationToken
            );
            return new Listener(
                answer,
                SseParser
                    .Create(stream)
                    .EnumerateAsync(TestContext.Current.CancellationToken)
                    .GetAsyncEnumerator(TestContext.Current.CancellationToken)
            );
        }

        public async Task<SseItem<string>> NextAsync(Func<SseItem<string>, bool>? isWanted = null)
        {
            while (await items.MoveNextAsync())
            {
                if (isWanted?.Invoke(items.Current) != false)
                {
                    return items.Current;
                }
            }
            throw new EndOfStreamException("The server has ended the stream.");
        }

        public async Task<(string Id, JsonNode Job)> NextJobAsync(Func<JsonNode, bool> isWanted)
        {
            var item = await NextAsync(each =>
                each.EventType == "job" && isWanted(JsonNode.Parse(each.Data)!)
            );
            return (item.EventId!, JsonNode.Parse(item.Data)!);
        }

        public async ValueTask DisposeAsync()
        {
            answer.Dispose();
            await Task.CompletedTask;
        }
    }
}
