using System.Net;
using System.Net.Sockets;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>A page outlives the server: it waits, and goes on where it was.</summary>
public sealed class ComingBackTests(ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    private readonly Browser chromium = browser;

    [Fact(Timeout = 180_000)]
    public async Task After_a_restart_of_the_server_a_page_is_where_it_was()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-back-");
        var file = Path.Combine(folder.FullName, "laddermill.json");
        var port = FreePort();
        await File.WriteAllTextAsync(
            file,
            $$"""{ "listen": "http://127.0.0.1:{{port}}", "pipelines": [{ "name": "films", "source": "in", "destination": "out" }] }""",
            TestContext.Current.CancellationToken
        );
        var page = await chromium.NewPageAsync(Viewer.Desktop.Options);
        using (var first = await ServerProcess.StartAsync(file))
        {
            await page.GotoAsync($"http://127.0.0.1:{port}/console/jobs");
            await LiveAsync(page);
            await page.GetByRole(AriaRole.Button, new() { Name = "Failed" }).ClickAsync();
            await page.GetByLabel("Search").FillAsync("holidays");
            await Expect(page)
                .ToHaveURLAsync(new System.Text.RegularExpressions.Regex("search=holidays"));
            first.Kill();
            await Expect(page.GetByText("The server does not answer"))
                .ToBeVisibleAsync(new() { Timeout = 30_000 });
        }
        using var second = await ServerProcess.StartAsync(file);

        await Expect(page.GetByText("The server does not answer"))
            .ToBeHiddenAsync(new() { Timeout = 60_000 });
        await LiveAsync(page);
        await Expect(page.GetByLabel("Search")).ToHaveValueAsync("holidays");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Failed" }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByRole(AriaRole.Button, new() { Name = "All" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "All" }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        await page.CloseAsync();
        folder.Delete(recursive: true);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_server_that_is_looked_at_ends_soon_and_in_order()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-end-");
        var file = Path.Combine(folder.FullName, "laddermill.json");
        await File.WriteAllTextAsync(
            file,
            """{ "listen": "http://127.0.0.1:0", "pipelines": [{ "name": "films", "source": "in", "destination": "out", "settle": "00:00:00.1" }] }""",
            TestContext.Current.CancellationToken
        );
        using var server = await ServerProcess.StartAsync(file);
        await File.WriteAllBytesAsync(
            Path.Combine(folder.FullName, "in", "Long.mp4"),
            await Films.MakeAsync(90, height: 720),
            TestContext.Current.CancellationToken
        );
        var pages = new List<IPage>();
        foreach (var path in (string[])["/", "/console/jobs"])
        {
            pages.Add(await OpenAsync(new Uri(server.Client.BaseAddress!, path)));
        }
        await Expect(pages[1].Locator("tbody .state"))
            .ToHaveTextAsync("Running", new() { Timeout = 60_000 });

        var began = TimeProvider.System.GetTimestamp();
        var log = await server.EndAsync();

        // Without care it would be the host's half a minute.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 20);
        Assert.DoesNotContain("Exception", log, StringComparison.Ordinal);
        Assert.DoesNotContain("disposed", log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("fail: ", log, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"It took {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s."
        );
        foreach (var page in pages)
        {
            await page.CloseAsync();
        }
        folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
