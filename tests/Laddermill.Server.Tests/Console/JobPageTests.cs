using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>One job's page in the states that are no success; what it shows of a film is in <see cref="FilmPageTests"/>.</summary>
public sealed class JobPageTests(ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    private readonly ConsoleServer server = shared;

    [Fact(Timeout = 180_000)]
    public async Task A_failure_is_told_in_a_sentence_with_the_tools_words_and_what_to_do()
    {
        var job = await server.DropAsync("told broken.mp4", "failed");
        var page = await OpenAsync($"/console/jobs/{job}");
        var told = page.GetByRole(AriaRole.Region, new() { Name = "What failed" });

        await Expect(told.Locator(".lead")).ToHaveTextAsync("ffmpeg could not encode the film.");
        await Expect(told.Locator("pre")).ToContainTextAsync("error while decoding MB 12 7");
        await Expect(told).ToContainTextAsync("What to do:");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "Attempt 2", Exact = true }))
            .ToBeVisibleAsync(new() { Timeout = 15_000 });
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task A_running_job_shows_each_rendition_and_is_cancelled_from_its_page()
    {
        var job = await server.DropAsync("watched slow.mp4", "running");
        var page = await OpenAsync($"/console/jobs/{job}");

        await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "video-1080p" }))
            .ToHaveAttributeAsync("aria-valuenow", "41", new() { Timeout = 15_000 });
        await Expect(page.GetByText("4.2× real time")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator(".state").First)
            .ToHaveTextAsync("Cancelled", new() { Timeout = 15_000 });
        await Expect(page.Locator(".what-went-wrong"))
            .ToContainTextAsync("It was cancelled on request.");
        await page.CloseAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_that_is_not_there_is_said_so()
    {
        var page = await OpenAsync("/console/jobs/aaaaaaaaaaaaaaaaaaaaaaaaaa");

        await Expect(page.Locator("h1")).ToHaveTextAsync("There is no such job");
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task Jobs_in_all_states_are_fit_for_all()
    {
        var jobs = new[]
        {
            ("job-failed", await server.DropAsync("The broken mirror.mp4", "failed")),
            ("job-rejected", await server.DropAsync("Hostile planet.mp4", "rejected")),
            ("job-running", await server.DropAsync("Slow horses.mp4", "running")),
            ("job-cancelled", await CancelledAsync("Slow boat.mp4")),
        };
        foreach (var (index, (name, job)) in jobs.Index())
        {
            // The states have the page in common: each colour and each width once more is enough.
            foreach (var viewer in index == 0 ? Viewer.All : Viewer.Both)
            {
                var page = await OpenAsync($"/console/jobs/{job}", viewer);
                await LookAsync(page, name, viewer);
                await page.CloseAsync();
            }
        }
    }

    private async Task<string> CancelledAsync(string name)
    {
        var job = await server.DropAsync(name, "running");
        var at = await server.StartedAsync();
        using var answer = await at.SendAsync(HttpMethod.Post, $"/jobs/{job}/cancel");
        answer.EnsureSuccessStatusCode();
        Assert.Equal("cancelled", (string?)(await at.EndOfAsync(job))["state"]);
        return job;
    }
}
