using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>A film of the corpus from a browser to streams, though the server is killed in the middle of its upload.</summary>
public sealed class UploadRestartTests(ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    private const string Film = "ax_rot180.mp4";

    [Fact(Timeout = 300_000)]
    public async Task An_upload_goes_on_by_itself_when_the_server_comes_back_and_its_film_plays()
    {
        var corpus =
            Environment.GetEnvironmentVariable("LADDERMILL_CORPUS")
            ?? Laddermill.Tests.Repository.PathTo("..", "shared", "corpus");
        var film = Path.Combine(corpus, "files", Film);
        Assert.SkipUnless(
            File.Exists(film),
            $"There is no corpus with {Film} beside the working copy."
        );
        var folder = Directory.CreateTempSubdirectory("laddermill-restart-").FullName;
        var configuration = Path.Combine(folder, "laddermill.json");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            { "listen": "http://127.0.0.1:{{FreePort()}}", {{ServerUnderTest.OnePipeline}}, "access": { "requestsPerSecond": 0 } }
            """,
            TestContext.Current.CancellationToken
        );
        var server = await ServerProcess.StartAsync(configuration);
        try
        {
            var page = await OpenAsync(new Uri(server.Client.BaseAddress!, "/console/upload"));
            await UploadPageTests.SlowAsync(page, 700 << 10);
            await UploadPageTests.ChooseAsync(page, film);
            var item = UploadPageTests.Item(page, Film);
            var bar = item.Locator("progress");
            await Expect(item).ToContainTextAsync("/s, ", new() { Timeout = 30_000 });
            var early = await bar.EvaluateAsync<double>("bar => bar.value");
            await page.WaitForFunctionAsync(
                $"() => document.querySelector('.upload progress').value > {early.ToString(System.Globalization.CultureInfo.InvariantCulture)} + 0.1"
            );

            server.Kill();
            server.Dispose();
            await Expect(item)
                .ToHaveAttributeAsync("data-state", "waiting", new() { Timeout = 30_000 });
            server = await ServerProcess.StartAsync(configuration);

            // The page is renewed when the upload is done, so the job is looked for at the server.
            var job = await EndAsync(server);
            Assert.Equal("succeeded", (string?)job["state"]);
            Assert.Equal(new FileInfo(film).Length, (long)job["size"]!);
            Assert.Equal(
                await File.ReadAllBytesAsync(film, TestContext.Current.CancellationToken),
                await File.ReadAllBytesAsync(
                    Path.Combine(folder, "inbox", Film),
                    TestContext.Current.CancellationToken
                )
            );
            await page.WaitForFunctionAsync(
                "() => !document.documentElement.dataset.stale",
                null,
                new() { Timeout = 30_000 }
            );
            await LiveAsync(page);
            await page.GotoAsync(
                new Uri(server.Client.BaseAddress!, $"/console/stores/films?in={Film}/").AbsoluteUri
            );
            await LiveAsync(page);
            // A play that comes before the player has its film is interrupted by the load.
            await page.Locator(".film .player-frame[data-loaded]")
                .WaitForAsync(new() { Timeout = 60_000 });
            var video = page.Locator(".film video");
            await video.EvaluateAsync("video => { video.muted = true; return video.play(); }");
            await page.WaitForFunctionAsync(
                "() => document.querySelector('.film video').currentTime > 0.5",
                null,
                new() { Timeout = 30_000 }
            );
            await page.CloseAsync();
        }
        finally
        {
            server.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<JsonNode> EndAsync(ServerProcess server)
    {
        while (true)
        {
            var jobs = await server.JobsAsync();
            if (jobs is [{ } job] && (string?)job["state"] is not ("queued" or "running"))
            {
                return job;
            }
            await Task.Delay(
                TimeSpan.FromMilliseconds(200),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
