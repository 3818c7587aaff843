using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>Looking around in what was published.</summary>
public sealed class StoresPageTests(FilmServer films, ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    private const string Hostile = "<img src=x onerror=alert(1)> & é #?%41.mp4";

    [Fact(Timeout = 120_000)]
    public async Task A_film_is_found_folder_by_folder_and_leads_to_its_job()
    {
        var server = await FilledAsync();
        var page = await OpenAsync("/console/stores");

        await page.GetByRole(AriaRole.Link, new() { Name = "file://" }).First.ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "series" });
        await row.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("series");
        await page.GetByRole(AriaRole.Link, new() { Name = "one.mp4", Exact = true }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("one.mp4");

        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "job.json" }))
            .ToContainTextAsync("Report of the job");
        await page.GetByRole(AriaRole.Button, new() { Name = "How large is it?" }).ClickAsync();
        await Expect(page.GetByText("3.0 kB in 3 objects")).ToBeVisibleAsync();
        var job = await page.GetByRole(AriaRole.Link, new() { Name = "Its job" })
            .GetAttributeAsync("href");
        var made = (await server.GetAsync("/jobs?search=series/one.mp4"))["items"]![0]!;
        Assert.Equal($"/console/jobs/{made["id"]}", job);
        // The way back stands above, and the address holds where one is.
        await page.ReloadAsync();
        await LiveAsync(page);
        await Expect(page.Locator("h1")).ToHaveTextAsync("one.mp4");
        await page.Locator(".trail").GetByText("series").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("series");
        await page.CloseAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task A_film_plays_where_it_lies()
    {
        var (server, job) = await films.StartedAsync();
        foreach (var viewer in Viewer.Both)
        {
            var page = await OpenAsync(
                server,
                $"/console/stores/films?in={Uri.EscapeDataString("Holidays on Öland.mp4/")}",
                viewer
            );

            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Its job" }))
                .ToHaveAttributeAsync("href", $"/console/jobs/{job}");
            await page.Locator(".player-frame[data-loaded]")
                .WaitForAsync(new() { Timeout = 60_000 });
            if (viewer == Viewer.Desktop)
            {
                await page.EvaluateAsync(
                    "() => { const video = document.querySelector('video'); video.muted = true; return video.play(); }"
                );
                await page.WaitForFunctionAsync(
                    "() => document.querySelector('video').currentTime > 0.5",
                    null,
                    new() { Timeout = 60_000 }
                );
                await page.EvaluateAsync("() => document.querySelector('video').pause()");
            }
            await LookAsync(page, "store-film", viewer);
            await page.GotoAsync(
                new Uri(server.Client.BaseAddress!, "/console/stores/films").AbsoluteUri
            );
            await LiveAsync(page);
            await Expect(page.Locator(".entry img")).ToHaveJSPropertyAsync("complete", true);
            await LookAsync(page, "store", viewer);
            await page.CloseAsync();
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Names_are_shown_as_they_are_and_notes_of_our_own_are_not()
    {
        await FilledAsync();
        var page = await OpenAsync("/console/stores/films");

        await Expect(page.GetByText(Hostile)).ToBeVisibleAsync();
        await Expect(page.GetByText(".laddermill")).ToHaveCountAsync(0);
        await page.GetByText(Hostile).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync(Hostile);
        await Expect(page.GetByText("job.json", new() { Exact = true })).ToBeVisibleAsync();
        // Out of the destination leads no name.
        await page.GotoAsync(
            new Uri(new Uri(page.Url), "/console/stores/films?in=../inbox/").AbsoluteUri
        );
        await LiveAsync(page);
        await Expect(page.GetByText("Nothing here")).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_large_folder_is_shown_page_by_page()
    {
        var server = await FilledAsync();
        var many = Directory.CreateDirectory(Path.Combine(server.Outbox, "many"));
        foreach (var number in Enumerable.Range(0, 250))
        {
            await File.WriteAllBytesAsync(
                Path.Combine(many.FullName, $"{number:000}.vtt"),
                [1],
                TestContext.Current.CancellationToken
            );
        }
        var page = await OpenAsync("/console/stores/films?in=many/");
        var rows = page.Locator("tbody tr");

        await Expect(rows).ToHaveCountAsync(100);
        await page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Expect(page.GetByText("100.vtt")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(50);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Next page" }))
            .ToHaveCountAsync(0);
        await page.CloseAsync();
    }

    [Fact(Timeout = 240_000)]
    public async Task They_are_fit_for_every_viewer()
    {
        await FilledAsync();
        foreach (var viewer in Viewer.Both)
        {
            var page = await OpenAsync("/console/stores", viewer);
            await LookAsync(page, "stores", viewer);
            await page.CloseAsync();
        }
    }

    /// <summary>The shared server, with some outputs.</summary>
    private async Task<ServerUnderTest> FilledAsync()
    {
        var server = await ServerAsync();
        foreach (var name in new[] { "series/one.mp4", "series/two.mp4", Hostile })
        {
            if (File.Exists(Path.Combine(server.Inbox, name)))
            {
                continue;
            }
            server.Drop(name, [1, 2, 3]);
            var folder = Directory.CreateDirectory(Path.Combine(server.Outbox, name)).FullName;
            var revision = Directory.CreateDirectory(
                Path.Combine(folder, "mf4k2c7a", "video-1080p")
            );
            foreach (
                var path in new[]
                {
                    Path.Combine(folder, "job.json"),
                    Path.Combine(folder, "note.txt"),
                    Path.Combine(revision.FullName, "00000.m4s"),
                }
            )
            {
                await File.WriteAllBytesAsync(
                    path,
                    new byte[1000],
                    TestContext.Current.CancellationToken
                );
            }
        }
        Directory.CreateDirectory(Path.Combine(server.Outbox, ".laddermill"));
        await server.JobsAsync(all =>
            all.Count(job =>
                ((string)job!["name"]!).StartsWith("series/", StringComparison.Ordinal)
                && (string?)job["state"] == "succeeded"
            ) >= 2
        );
        return server;
    }
}
