using Laddermill.Tests.Players;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>Pipelines: their rules and how they fare.</summary>
public sealed class PipelinesPageTests(ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    [Fact(Timeout = 120_000)]
    public async Task A_pipeline_shows_its_rules_and_counts_its_jobs_as_they_come()
    {
        var server = await ServerAsync();
        var page = await OpenAsync("/console/pipelines");
        var films = page.GetByRole(AriaRole.Article, new() { Name = "films" });
        var done = films.Locator("a[href*='state=succeeded'] .number");
        var before = int.Parse(
            await done.InnerTextAsync(),
            System.Globalization.CultureInfo.InvariantCulture
        );

        server.Drop("broken counted.mp4", [1]);
        server.Drop("counted.mp4", [1, 2]);

        await Expect(done).Not.ToHaveTextAsync($"{before}", new() { Timeout = 20_000 });
        await Expect(films).ToContainTextAsync("Last failure");
        await Expect(films).ToContainTextAsync("Source looked at");
        await films.GetByRole(AriaRole.Link, new() { Name = "films", Exact = true }).ClickAsync();
        await Expect(page).ToHaveTitleAsync("films · Laddermill");
        await Expect(page.Locator(".rules")).ToContainTextAsync("1 attempt of a job that fails");
        await Expect(page.Locator(".rules"))
            .ToContainTextAsync("when it has not changed for 0.1 s");
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_name_would_do_is_told_as_it_is_typed()
    {
        var page = await OpenAsync("/console/pipelines/films");
        var name = page.GetByLabel("Name of a file");
        var answer = page.Locator("section[aria-labelledby=trial] [role=status]");

        await name.FillAsync("series/one.mp4");
        await Expect(answer).ToHaveTextAsync("Yes.");
        await name.FillAsync("one.mp4.part");
        await Expect(answer).ToHaveTextAsync("No: it matches the excluded names '*.part'.");
        await name.FillAsync("one.en.srt");
        await Expect(answer)
            .ToHaveTextAsync("No, but as a text beside a film it starts that film anew.");
        await page.CloseAsync();
    }

    [Fact(Timeout = 240_000)]
    public async Task They_are_fit_for_every_viewer()
    {
        var server = await ServerAsync();
        server.Drop("broken look.mp4", [1]);
        await server.JobsAsync(all =>
            all.Any(job =>
                (string?)job!["name"] == "broken look.mp4" && (string?)job["state"] == "failed"
            )
        );
        foreach (var viewer in Viewer.Both)
        {
            var page = await OpenAsync("/console/pipelines", viewer);
            await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(2);
            await LookAsync(page, "pipelines", viewer);
            await page.GotoAsync(
                new Uri(server.Client.BaseAddress!, "/console/pipelines/films").AbsoluteUri
            );
            await LiveAsync(page);
            await page.GetByLabel("Name of a file").FillAsync("one.mp4.part");
            await Expect(page.Locator("section[aria-labelledby=trial] [role=status]"))
                .ToContainTextAsync("No");
            await LookAsync(page, "pipeline", viewer);
            await page.CloseAsync();
        }
    }
}
