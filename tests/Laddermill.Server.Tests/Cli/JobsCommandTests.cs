using System.Text.Json.Nodes;
using Laddermill.Cli.Commands.Jobs;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Cli;

namespace Laddermill.Server.Tests.Cli;

public sealed class JobsCommandTests
{
    /// <summary>What a worker writes at its end.</summary>
    private const string Done =
        """{"result":{"state":"done","revision":"abcdefgh","renditions":[{"name":"video-720p","codec":"avc1.64001f","width":1280,"height":720,"peakBitrate":3000000,"averageBitrate":2000000,"bytes":500000,"segments":3}]}}""";

    private const string Half =
        """{"progress":{"phase":"encode","duration":10,"elapsed":5,"speed":1.5,"remaining":3,"renditions":[{"name":"video-720p","seconds":5,"bytes":1000,"segments":1}],"fraction":0.5}}""";

    private const string Failed =
        """{"result":{"state":"rejected","code":"empty","reason":"The file is empty."}}""";

    [Fact(Timeout = 180_000)]
    public async Task Jobs_are_listed_and_shown_and_found_by_the_beginning_of_their_ids()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0, Done));
        server.Drop("a film.mp4", [1, 2, 3]);
        server.Drop("another \x1b[31m one.mp4", [1, 2, 3, 4]);
        var jobs = await server.JobsAsync(all =>
            all.Count == 2 && all.All(job => (string?)job!["state"] == "succeeded")
        );
        var id = (string)jobs.Single(job => (string)job!["name"]! == "a film.mp4")!["id"]!;

        var list = await JobsAsync(server, "list");
        var found = await JobsAsync(server, "list", "--search", "a film", "--state", "succeeded");
        var none = await JobsAsync(server, "list", "--pipeline", "others");
        var first = await JobsAsync(server, "list", "--limit", "1", "--json");
        var shown = await JobsAsync(server, "show", id[..8]);
        var json = await JobsAsync(server, "show", id, "--json");

        Assert.Equal((0, ""), (list.Code, list.Output));
        Assert.Contains("a film.mp4", list.Error, StringComparison.Ordinal);
        // A name from a stranger steers no terminal.
        Assert.Contains("another ?[31m one.mp4", list.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("another", found.Error, StringComparison.Ordinal);
        Assert.Contains(id[..8], found.Error, StringComparison.Ordinal);
        Assert.Equal((0, "There are no such jobs.\n"), (none.Code, none.Error));
        Assert.Single(JsonNode.Parse(first.Output)!["items"]!.AsArray());
        Assert.Contains(id, shown.Error, StringComparison.Ordinal);
        Assert.Contains("1280x720", shown.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"{server.Client.BaseAddress}streams/films/a%20film.mp4/master.m3u8",
            shown.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(id, (string?)JsonNode.Parse(json.Output)!["job"]!["id"]);
        Assert.Single(JsonNode.Parse(json.Output)!["attempts"]!.AsArray());
        Assert.Empty(json.Error);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_running_job_tells_how_far_it_is_and_can_be_cancelled_once_and_tried_again()
    {
        await using var server = await ServerUnderTest.StartAsync(
            new PlayedEngine(
                async (_, stop) =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
                        .ContinueWith(_ => { }, TaskScheduler.Default);
                    return new PlayedEnd(130);
                }
            )
            {
                Log = Half,
            }
        );
        server.Drop("long.mp4", [1, 2, 3]);
        var running = await server.JobsAsync(all =>
            all is [{ } job] && job["progress"]?["fraction"] is not null
        );
        var id = (string)running[0]!["id"]!;

        var list = await JobsAsync(server, "list");
        var shown = await JobsAsync(server, "show", id);
        var cancelled = await JobsAsync(server, "cancel", id, "nosuchjob");
        await server.EndOfAsync(id);
        var again = await JobsAsync(server, "cancel", id);
        var retried = await JobsAsync(server, "retry", id[..10], "--json");

        Assert.Contains("50 %", list.Error, StringComparison.Ordinal);
        Assert.Contains("speed 1.50x, 0:03 left", shown.Error, StringComparison.Ordinal);
        Assert.Contains("long.mp4", cancelled.Error, StringComparison.Ordinal);
        Assert.Contains("begins with 'nosuchjob'", cancelled.Error, StringComparison.Ordinal);
        Assert.Equal(2, cancelled.Code);
        Assert.Equal(1, again.Code);
        Assert.Contains("nothing to cancel", again.Error, StringComparison.Ordinal);
        Assert.Equal(0, retried.Code);
        Assert.Equal(
            id,
            (string?)JsonNode.Parse(retried.Output)!["items"]!.AsArray().Single()!["id"]
        );
    }

    [Theory(Timeout = 180_000)]
    [InlineData(0, Done, 0, "master.m3u8")]
    [InlineData(3, Failed, 3, "was rejected (empty): The file is empty.")]
    public async Task Who_submits_a_job_and_waits_is_told_by_the_exit_code_how_it_went(
        int worker,
        string words,
        int code,
        string told
    )
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(worker, words),
            """
            "pipelines": [{ "name": "films", "source": "inbox", "destination": "outbox", "include": ["*.none"] }]
            """
        );
        server.Drop("asked.mp4", [1, 2, 3]);

        var end = await JobsAsync(server, "submit", "asked.mp4", "--wait", "--pipeline", "films");

        Assert.Equal(code, end.Code);
        Assert.Contains(told, end.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_profile_is_read_here_and_what_the_server_refuses_is_told_in_its_words()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0, Done));
        var profile = Path.Combine(server.Folder, "profile.json");
        await File.WriteAllTextAsync(
            profile,
            """{ "nonsense": 1, /* a comment */ }""",
            TestContext.Current.CancellationToken
        );
        server.Drop("film.mp4", [1, 2, 3]);

        var elsewhere = await JobsAsync(server, "submit", "/etc/passwd");
        var missing = await JobsAsync(server, "submit", "missing.mp4");
        var wrong = await JobsAsync(server, "submit", "film.mp4", "--profile", profile);
        var good = await JobsAsync(server, "submit", "film.mp4", "--json", "--priority", "5");

        Assert.Equal(2, elsewhere.Code);
        Assert.Contains("lies in no pipeline's source", elsewhere.Error, StringComparison.Ordinal);
        Assert.Equal(2, missing.Code);
        Assert.Contains("missing.mp4", missing.Error, StringComparison.Ordinal);
        Assert.Equal(2, wrong.Code);
        Assert.Contains("nonsense", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(0, good.Code);
        Assert.Equal("film.mp4", (string?)JsonNode.Parse(good.Output)!["name"]);
    }

    [Fact(Timeout = 180_000)]
    public async Task What_a_worker_wrote_is_printed_to_its_end()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0, "a \x1b[2J line\n" + Done)
        );
        server.Drop("film.mp4", [1, 2, 3]);
        var jobs = await server.JobsAsync(all =>
            all is [{ } job] && (string?)job["state"] == "succeeded"
        );

        var end = await JobsAsync(server, "logs", (string)jobs[0]!["id"]!, "--follow");

        Assert.Equal(0, end.Code);
        Assert.Equal("a ?[2J line\n" + Done + "\n", end.Output);
    }

    [Fact(Timeout = 180_000)]
    public async Task Whoever_cannot_be_reached_or_is_no_server_is_told_in_one_sentence()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));

        var nobody = await Ran.Async("jobs", "list", "--server", "http://127.0.0.1:1");
        var nonsense = await Ran.Async("jobs", "list", "--server", "ftp://127.0.0.1");
        var elsewhere = await Ran.Async(
            "jobs",
            "list",
            "--server",
            $"{server.Client.BaseAddress}streams/films"
        );
        var unknown = await JobsAsync(server, "show", new string('a', 26));

        Assert.Equal(1, nobody.Code);
        Assert.Contains(
            "no server answers at http://127.0.0.1:1",
            nobody.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(2, nonsense.Code);
        Assert.Equal(2, elsewhere.Code);
        Assert.Equal(2, unknown.Code);
        Assert.Contains("There is no job 'aaaa", unknown.Error, StringComparison.Ordinal);
        Assert.All(
            (Ran[])[nobody, nonsense, elsewhere, unknown],
            end => Assert.Single(end.Error.TrimEnd('\n').Split('\n'))
        );
    }

    [Fact]
    public void Only_what_is_new_is_printed_of_a_log_whose_front_is_cut_off_and_whose_errors_stand_last()
    {
        var tail = new LogTail();

        Assert.Equal(["1", "2", "error"], tail.NewLines("1\n2\nerror"));
        Assert.Empty(tail.NewLines("1\n2\nerror"));
        Assert.Equal(["3"], tail.NewLines("1\n2\n3\nerror"));
        Assert.Equal(["4", "another"], tail.NewLines("3\n4\nerror\nanother"));
        Assert.Equal(["x"], tail.NewLines("x"));
        Assert.Empty(new LogTail().NewLines(""));
    }

    private static Task<Ran> JobsAsync(ServerUnderTest server, params string[] arguments) =>
        Ran.Async(["jobs", .. arguments, "--server", server.Client.BaseAddress!.ToString()]);
}
