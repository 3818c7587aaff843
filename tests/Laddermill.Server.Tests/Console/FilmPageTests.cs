using System.Net;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>The page of a film that real workers made.</summary>
public sealed class FilmPageTests(FilmServer films, ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    [Fact(Timeout = 300_000)]
    public async Task A_film_plays_as_HLS_and_as_DASH_and_nothing_is_asked_of_another_host()
    {
        var (server, job) = await films.StartedAsync();
        var page = await OpenAsync(server, $"/console/jobs/{job}");
        var elsewhere = new List<string>();
        page.Request += (_, request) =>
        {
            if (
                new Uri(request.Url) is { Scheme: "http" or "https" } asked
                && asked.Authority != server.Client.BaseAddress!.Authority
            )
            {
                elsewhere.Add(request.Url);
            }
        };
        foreach (
            var (protocol, file) in ((string, string)[])
                [("HLS", "master.m3u8"), ("DASH", "dash.mpd")]
        )
        {
            await page.GetByRole(AriaRole.Button, new() { Name = protocol, Exact = true })
                .ClickAsync();
            await Expect(page.Locator(".player-frame"))
                .ToHaveAttributeAsync(
                    "data-loaded",
                    new System.Text.RegularExpressions.Regex($"/{file}$"),
                    new() { Timeout = 60_000 }
                );
            await page.EvaluateAsync(
                "() => { const video = document.querySelector('video'); video.muted = true; video.currentTime = 1; return video.play(); }"
            );
            await page.WaitForFunctionAsync(
                "() => document.querySelector('video').currentTime > 1.5",
                null,
                new() { Timeout = 60_000 }
            );
            await Expect(page.Locator("[data-playing]")).ToContainTextAsync("Plays ");
            // Who switches at the end begins anew.
            await page.EvaluateAsync(
                "() => { document.querySelector('video').currentTime = 1e6; }"
            );
            await page.WaitForFunctionAsync("() => document.querySelector('video').ended");
        }
        Assert.Empty(elsewhere);
        await page.CloseAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task The_page_shows_source_ladder_reasons_timeline_and_verification()
    {
        var (server, job) = await films.StartedAsync();
        var page = await OpenAsync(server, $"/console/jobs/{job}");

        await Expect(page.Locator("h1")).ToHaveTextAsync("Holidays on Öland.mp4");
        await Expect(page.Locator(".state").First).ToHaveTextAsync("Done");
        var facts = page.Locator(".facts-card");
        await Expect(facts).ToContainTextAsync("H264");
        await Expect(facts).ToContainTextAsync("1280×720, 25 frames/s");
        await Expect(facts).ToContainTextAsync("0:14");
        var ladder = page.GetByRole(AriaRole.Region, new() { Name = "Ladder", Exact = true });
        await Expect(ladder.Locator("path.rate")).ToHaveCountAsync(2);
        await Expect(ladder.Locator("line.cap")).ToHaveCountAsync(2);
        await Expect(ladder.Locator("line.key")).ToHaveCountAsync(7);
        await Expect(ladder.Locator("line.mark")).ToHaveCountAsync(3);
        await Expect(ladder.GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Why it is so" }))
            .ToContainTextAsync("720");
        var timeline = page.GetByRole(AriaRole.Region, new() { Name = "Timeline" });
        foreach (
            var step in (string[])
                ["Queue", "Attempt 1", "launch", "probe", "plan", "encode", "verify", "publish"]
        )
        {
            await Expect(
                    timeline.GetByRole(AriaRole.Rowheader, new() { Name = step, Exact = true })
                )
                .ToBeVisibleAsync();
        }
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Verification" }))
            .ToContainTextAsync("rules hold");
        await Expect(page.Locator(".log")).ToContainTextAsync("sandbox: ");
        await page.CloseAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task Source_and_plan_are_told_while_a_film_is_made_and_after_it_was_cancelled()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.Drop("Long.mp4", await Films.MakeAsync(90, height: 720));
        var job = (string)(await server.JobsAsync(jobs => jobs.Count == 1))[0]!["id"]!;
        var page = await OpenAsync(server, $"/console/jobs/{job}");
        var facts = page.Locator(".facts-card");
        var plan = page.GetByRole(AriaRole.Region, new() { Name = "The plan, and why" });

        await Expect(facts).ToContainTextAsync("1280×720, 25 frames/s", new() { Timeout = 60_000 });
        await Expect(plan).ToContainTextAsync("720");
        await Expect(page.Locator(".state").First).ToHaveTextAsync("Running");
        foreach (var viewer in Viewer.Both)
        {
            await page.SetViewportSizeAsync(viewer.Width, viewer.Height);
            await page.EmulateMediaAsync(new() { ColorScheme = viewer.Colours });
            await Expect(page.Locator("html"))
                .ToHaveAttributeAsync(
                    "data-scheme",
                    viewer.Colours == ColorScheme.Dark ? "dark" : "light"
                );
            await LookAsync(page, "film-running", viewer);
        }
        using var answer = await server.SendAsync(HttpMethod.Post, $"/jobs/{job}/cancel");
        Assert.Equal("cancelled", (string?)(await server.EndOfAsync(job))["state"]);
        await Expect(page.Locator(".state").First)
            .ToHaveTextAsync("Cancelled", new() { Timeout = 30_000 });
        await page.ReloadAsync();
        await Expect(facts).ToContainTextAsync("1280×720, 25 frames/s");
        await Expect(plan).ToContainTextAsync("720");
        await page.CloseAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task The_page_of_a_film_is_fit_for_all()
    {
        var (server, job) = await films.StartedAsync();
        foreach (var viewer in Viewer.Both)
        {
            var page = await OpenAsync(server, $"/console/jobs/{job}", viewer);
            await Expect(page.Locator(".player-frame[data-loaded]"))
                .ToBeVisibleAsync(new() { Timeout = 60_000 });
            await LookAsync(page, "film", viewer);
            await page.CloseAsync();
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task Media_of_stores_come_in_ranges_and_nothing_else_of_them_comes()
    {
        var (server, _) = await films.StartedAsync();
        const string film = "/console/media/films/Holidays%20on%20%C3%96land.mp4";

        using var whole = await server.SendAsync(HttpMethod.Get, $"{film}/master.m3u8");
        Assert.Equal("application/vnd.apple.mpegurl", whole.Content.Headers.ContentType?.MediaType);
        var text = await whole.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var segment =
            $"{film}/{text.Split('\n').First(line => line.Contains("/video-", StringComparison.Ordinal) && !line.StartsWith('#')).Replace("playlist.m3u8", "00000.m4s", StringComparison.Ordinal)}";
        using var part = await server.SendAsync(
            HttpMethod.Get,
            segment,
            null,
            null,
            ("Range", "bytes=10-29")
        );
        using var last = await server.SendAsync(
            HttpMethod.Get,
            segment,
            null,
            null,
            ("Range", "bytes=-7")
        );
        using var beyond = await server.SendAsync(
            HttpMethod.Get,
            segment,
            null,
            null,
            ("Range", "bytes=999999999-")
        );

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(20, part.Content.Headers.ContentLength);
        Assert.StartsWith(
            "bytes 10-29/",
            part.Content.Headers.ContentRange!.ToString(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "immutable",
            part.Headers.CacheControl!.ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(7, last.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        foreach (
            var path in (string[])
                [
                    "/console/media/films/.laddermill/jobs/x.json",
                    "/console/media/films/..%2f..%2finbox%2fx.mp4",
                    "/console/media/films/%2e%2e/inbox/x.mp4",
                    "/console/media/none/x.m3u8",
                    $"{film}/x.exe",
                    "/console/media/films/",
                ]
        )
        {
            using var answer = await server.SendAsync(HttpMethod.Get, path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }
}
