using System.Net;
using System.Net.Sockets;
using Laddermill.Cli.Commands.Demo;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Cli;

namespace Laddermill.Server.Tests.Cli;

public sealed class DemoCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-demo-");

    /// <summary>Has what shells treat in a way of their own.</summary>
    private string Root => Path.Combine(folder.FullName, "it's a demo");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact(Timeout = 600_000)]
    public async Task The_demo_makes_streams_of_all_that_lies_there_and_says_where_they_play()
    {
        var film = await Films.MakeAsync();
        Drop(DemoFolder.SampleName, film);
        Drop("my film.mp4", film);
        Drop("more/of them.mp4", film);
        Drop("broken.mp4", film[..2000]);
        Drop("notes.txt", film);

        var end = await Ran.Async("demo", Root, "--once");

        Assert.Equal(0, end.Code);
        var server = End(end.Error, "Laddermill runs at");
        Assert.Contains(
            $"  ffplay {server}streams/films/sample.mp4/master.m3u8\n",
            end.Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"{server}streams/films/more/of%20them.mp4/master.m3u8",
            end.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("broken.mp4 was rejected (", end.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("notes.txt", end.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"laddermill serve --config '{Root.Replace("'", "'\\''", StringComparison.Ordinal)}/laddermill.json'",
            end.Error,
            StringComparison.Ordinal
        );
        foreach (var name in (string[])["sample.mp4", "my film.mp4", "more/of them.mp4"])
        {
            Assert.Equal(0, (await Ran.Async("verify", Path.Combine(Root, "outbox", name))).Code);
        }
    }

    [Fact(Timeout = 600_000)]
    [Trait("Level", "Long")]
    public async Task The_demo_makes_a_sample_where_there_is_none_and_the_whole_ladder_of_it()
    {
        var end = await Ran.Async("demo", Root, "--once");

        Assert.Equal(0, end.Code);
        foreach (var rendition in (string[])["1080p", "720p", "360p", "eng-2ch"])
        {
            Assert.Contains(rendition, end.Error, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_demo_whose_port_is_taken_takes_the_next_and_leaves_the_configuration_as_it_is_else()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        Drop(DemoFolder.SampleName, await Films.MakeAsync());
        var place = new DemoFolder(Root);
        await File.WriteAllTextAsync(
            place.ConfigurationFile,
            $$"""
            // mine
            { "listen": "http://127.0.0.1:{{taken}}", "pipelines": [
              { "name": "mine", "source": "inbox", "destination": "outbox", "priority": 7 } ] }
            """,
            TestContext.Current.CancellationToken
        );

        var end = await Ran.Async("demo", Root, "--once", "--progress", "json");

        Assert.Equal(0, end.Code);
        Assert.NotEqual(taken, place.Address().Port);
        var text = await File.ReadAllTextAsync(
            place.ConfigurationFile,
            TestContext.Current.CancellationToken
        );
        Assert.StartsWith("// mine", text, StringComparison.Ordinal);
        Assert.Contains("\"priority\": 7", text, StringComparison.Ordinal);
        Assert.Contains(
            $"{place.Address()}streams/mine/sample.mp4/master.m3u8",
            end.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("\"state\":\"succeeded\"", end.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task The_demo_goes_on_until_it_is_interrupted_and_takes_its_server_with_it()
    {
        Drop(DemoFolder.SampleName, await Films.MakeAsync());
        await using var run = ProgramRun.Start("demo", Root);
        await run.SaysAsync("sample.mp4 is done");

        var second = await Ran.Async("demo", Root);
        Assert.Equal(2, second.Code);
        Assert.Contains("already", second.Error, StringComparison.Ordinal);

        Drop("later.mp4", await Films.MakeAsync(tone: 550));
        await run.SaysAsync("later.mp4 is done");
        using var client = new HttpClient();
        var server = End(run.Error, "Laddermill runs at");
        Assert.Contains(
            "later.mp4",
            await client.GetStringAsync(server + "jobs", TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await run.SignalAsync("TERM");

        Assert.Equal(0, await run.EndAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetStringAsync(server + "jobs", TestContext.Current.CancellationToken)
        );
    }

    /// <summary>Puts a film into the inbox, before or while the demo runs.</summary>
    private void Drop(string name, byte[] content)
    {
        var path = Path.Combine(Root, "inbox", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    /// <summary>What stands behind the words in the line that begins with them.</summary>
    private static string End(string text, string words) =>
        Assert
            .Single(text.Split('\n'), line => line.StartsWith(words, StringComparison.Ordinal))[
                words.Length..
            ]
            .Trim();
}
