using Laddermill.Server.Ledger;
using Laddermill.Tests.Players;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>The first page: what is now, and what was.</summary>
public sealed class OverviewPageTests(ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    private readonly ConsoleServer server = shared;

    [Fact(Timeout = 180_000)]
    public async Task What_runs_shows_its_progress_and_leaves_when_it_ends()
    {
        var job = await server.DropAsync("overview slow.mp4", "running");
        var page = await OpenAsync("/");
        var entry = page.Locator(".now li").Filter(new() { HasText = "overview slow.mp4" });

        await Expect(entry.GetByRole(AriaRole.Progressbar, new() { Name = "video-720p" }))
            .ToHaveAttributeAsync("aria-valuenow", "42", new() { Timeout = 15_000 });
        await Expect(entry).ToContainTextAsync("Encoding · 4.2× · 1 min 23 s left");
        var at = await server.StartedAsync();
        await at.Client.PostAsync(
            $"/jobs/{job}/cancel",
            null,
            TestContext.Current.CancellationToken
        );
        await Expect(entry).ToHaveCountAsync(0, new() { Timeout = 15_000 });
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task History_and_costs_are_the_sums_of_the_hours()
    {
        await WriteHistoryAsync();
        var page = await OpenAsync("/?range=7d");
        var chart = page.GetByRole(AriaRole.Region, new() { Name = "Encode speed" });

        await Expect(chart).ToContainTextAsync("3.0× on average");
        await Expect(
                page.GetByRole(AriaRole.Region, new() { Name = "Film published" })
                    .Locator(".column")
            )
            .ToHaveCountAsync(28);
        await Expect(page.Locator(".tile").Filter(new() { HasText = "Cost" }))
            .ToContainTextAsync("EUR");
        await page.GetByRole(AriaRole.Link, new() { Name = "30 days" }).ClickAsync();
        await Expect(
                page.GetByRole(AriaRole.Region, new() { Name = "Film published" })
                    .Locator(".column")
            )
            .ToHaveCountAsync(30);
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task The_overview_is_fit_for_all()
    {
        await WriteHistoryAsync();
        await server.DropAsync("Slow train to Lisbon.mp4", "running");
        await server.DropAsync("The broken window.mp4", "failed");
        foreach (
            var film in (string[])
                ["Night ferry", "Orchards", "Paper kites", "Salt", "The lighthouse", "Two rivers"]
        )
        {
            await server.DropAsync($"{film}.mp4", "succeeded");
        }
        foreach (var viewer in Viewer.Both)
        {
            var page = await OpenAsync("/", viewer);
            await Expect(page.Locator(".now"))
                .ToContainTextAsync("1 min 23 s left", new() { Timeout = 30_000 });
            await LookAsync(page, "overview", viewer);
            await page.CloseAsync();
        }
    }

    /// <summary>A day and a half of films at three times real time; the same whoever writes it, and how often.</summary>
    private async Task WriteHistoryAsync()
    {
        var at = await server.StartedAsync();
        var contexts = at.Services.GetRequiredService<IDbContextFactory<LedgerContext>>();
        var now = TimeProvider.System.GetUtcNow().UtcTicks;
        await at
            .Services.GetRequiredService<LedgerWriter>()
            .WriteAsync(async ledger =>
            {
                for (var back = 0; back < 36; back++)
                {
                    var hour = now - now % TimeSpan.TicksPerHour - back * TimeSpan.TicksPerHour;
                    var film = 600.0 * (2 + Math.Abs(18 - back % 24));
                    await ledger.Database.ExecuteSqlAsync(
                        $"INSERT INTO hours (hour, pipeline, server, published, film_seconds, encode_seconds, bytes, processor_seconds, memory_seconds) VALUES ({hour}, 'films', 'history', {3 + back % 5}, {film}, {film / 3}, {(long)film * 700000}, {film}, {film * 2}) ON CONFLICT DO NOTHING"
                    );
                }
            });
        await using var read = await contexts.CreateDbContextAsync(
            TestContext.Current.CancellationToken
        );
        Assert.True(await read.Hours.CountAsync(TestContext.Current.CancellationToken) >= 36);
    }
}
