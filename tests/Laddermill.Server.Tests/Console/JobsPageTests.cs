using Laddermill.Tests.Players;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>The table of jobs, and what can be done from it.</summary>
public sealed class JobsPageTests(ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    private readonly ConsoleServer server = shared;

    [Fact(Timeout = 180_000)]
    public async Task A_job_that_comes_in_appears_by_itself_and_changes_before_ones_eyes()
    {
        var page = await OpenAsync("/console/jobs?search=live-one");
        await Expect(page.Locator(".empty")).ToContainTextAsync("No job is like that");

        await server.DropAsync("live-one slow.mp4", "running");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "live-one slow.mp4" });
        await Expect(row.Locator(".state")).ToHaveTextAsync("Running", new() { Timeout = 15_000 });
        await Expect(row.GetByRole(AriaRole.Progressbar))
            .ToHaveAttributeAsync("aria-valuenow", "45", new() { Timeout = 15_000 });

        await row.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator(".mud-snackbar"))
            .ToContainTextAsync("The worker is told to stop.");
        await Expect(row.Locator(".state"))
            .ToHaveTextAsync("Cancelled", new() { Timeout = 15_000 });
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task What_failed_is_tried_again_and_what_is_done_is_made_again()
    {
        var failed = await server.DropAsync("again broken.mp4", "failed");
        var done = await server.DropAsync("again fine.mp4", "succeeded");
        var page = await OpenAsync("/console/jobs?search=again");

        await page.GetByRole(AriaRole.Button, new() { Name = "Try again: again broken.mp4" })
            .ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make again: again fine.mp4" })
            .ClickAsync();

        var at = await server.StartedAsync();
        await at.JobsAsync(
            jobs =>
                jobs.Count == 2
                && jobs.All(job =>
                    (int)job!["attempts"]! == 2 && (string?)job["state"] is "failed" or "succeeded"
                ),
            "&search=again"
        );
        Assert.Contains("\"force\":true", await DocumentAsync(done), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "\"force\":true",
            await DocumentAsync(failed),
            StringComparison.Ordinal
        );
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task Filters_stand_in_the_address_and_lead_back()
    {
        await server.DropAsync("sifted broken.mp4", "failed");
        await server.DropAsync("sifted fine.mp4", "succeeded", "trailers");
        var page = await OpenAsync("/console/jobs");
        var rows = page.Locator("tbody tr");

        await page.GetByLabel("Search").FillAsync("sifted");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(page)
            .ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"search=sifted"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Failed" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("sifted broken.mp4");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Failed" }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByRole(AriaRole.Button, new() { Name = "All" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(2);
        await page.GetByLabel("Pipeline").SelectOptionAsync("trailers");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("sifted fine.mp4");

        await page.ReloadAsync();
        await LiveAsync(page);
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(page.GetByLabel("Search")).ToHaveValueAsync("sifted");
        await page.GoBackAsync();
        await Expect(rows).ToHaveCountAsync(2);
        await rows.Filter(new() { HasText = "broken" }).GetByRole(AriaRole.Link).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("sifted broken.mp4");
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task The_table_is_fit_for_all()
    {
        await server.DropAsync(
            "Summer/2026/A very long name of a film that somebody thought up on a slow day, with all that was in it (director's cut, remastered).mkv",
            "running"
        );
        await server.DropAsync("Hostile takeover, trailer.mov", "rejected", "trailers");
        await server.DropAsync("Broken strings.mp4", "failed");
        await server.DropAsync("Sintel.mp4", "succeeded");
        foreach (var viewer in Viewer.All)
        {
            var page = await OpenAsync("/console/jobs", viewer);
            await LookAsync(page, "jobs", viewer);
            await page.GotoAsync(page.Url + "?search=nothing-is-called-so");
            await LiveAsync(page);
            await LookAsync(page, "jobs-none", viewer);
            await page.CloseAsync();
        }
    }

    private async Task<string> DocumentAsync(string job)
    {
        var at = await server.StartedAsync();
        var queries = (Laddermill.Server.Api.JobQueries)
            at.Services.GetService(typeof(Laddermill.Server.Api.JobQueries))!;
        return (await queries.FindAsync(job, TestContext.Current.CancellationToken))!.Document;
    }
}
