using System.Net;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>What is around every page: the way between pages, colours, the keyboard, coming back.</summary>
public sealed class ShellTests(ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    [Fact(Timeout = 120_000)]
    public async Task The_pages_lead_to_each_other()
    {
        var page = await OpenAsync("/");

        await Expect(page).ToHaveTitleAsync("Overview · Laddermill");
        await page.GetByRole(AriaRole.Link, new() { Name = "Jobs", Exact = true }).ClickAsync();

        await Expect(page).ToHaveTitleAsync("Jobs · Laddermill");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Jobs");
        await Expect(page.Locator("nav.side a.here")).ToHaveTextAsync("Jobs");
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task On_a_phone_the_way_between_pages_is_a_drawer_that_closes_by_itself()
    {
        var page = await OpenAsync("/", Viewer.Phone);
        var drawer = page.Locator("#menu");

        await Expect(drawer).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await Expect(drawer).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, "menu-phone-light.png") });
        await drawer.GetByRole(AriaRole.Link, new() { Name = "Jobs" }).ClickAsync();

        await Expect(page).ToHaveTitleAsync("Jobs · Laddermill");
        await Expect(drawer).ToBeHiddenAsync();
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Colours_follow_the_system_until_others_are_chosen_and_that_is_remembered()
    {
        var page = await OpenAsync("/", Viewer.DesktopDark);
        var root = page.Locator("html");
        var choice = page.GetByRole(AriaRole.Button, new() { Name = "Colours:" });

        await Expect(root).ToHaveAttributeAsync("data-scheme", "dark");
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(15, 17, 26)");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(246, 247, 250)");
        await choice.ClickAsync();
        await Expect(choice).ToHaveAttributeAsync("title", "Colours: light. Change to dark");
        await choice.ClickAsync();
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(15, 17, 26)");

        await page.ReloadAsync();
        await Expect(root).ToHaveAttributeAsync("data-view", "dark~dark~Europe/Berlin");
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(15, 17, 26)");
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_keyboard_reaches_the_content_at_once()
    {
        var page = await OpenAsync("/console/jobs");

        await Expect(page.Locator("h1")).ToBeFocusedAsync();
        await page.Locator(".skip").FocusAsync();
        await Expect(page.Locator(".skip")).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#content")).ToBeFocusedAsync();
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_first_paint_comes_within_a_second()
    {
        var times = new List<double>();
        foreach (var path in (string[])["/", "/console/jobs"])
        {
            var page = await OpenAsync(path);
            for (var run = 0; run < 3; run++)
            {
                await page.ReloadAsync();
                await LiveAsync(page);
                times.Add(
                    await page.EvaluateAsync<double>(
                        "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
                    )
                );
            }
            await page.CloseAsync();
        }

        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"First paint: {times[0]:0} to {times[^1]:0} ms"
        );
        Assert.True(times[times.Count / 2] < 1000, $"{times[times.Count / 2]:0} ms");
    }

    [Fact(Timeout = 60_000)]
    public async Task Pages_may_run_no_script_but_ours_and_stand_in_no_frame()
    {
        var server = await ServerAsync();

        using var answer = await server.SendAsync(HttpMethod.Get, "/console/jobs");

        var policy = answer.Headers.GetValues("Content-Security-Policy").ToList();
        Assert.Contains(
            "default-src 'none'; script-src 'self';",
            policy[0],
            StringComparison.Ordinal
        );
        Assert.Contains("frame-ancestors 'none'", policy[0], StringComparison.Ordinal);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "http://",
            text.Replace("http://www.w3.org", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/_blazor?id=x")]
    [InlineData("/_blazor/negotiate?negotiateVersion=1")]
    public async Task A_page_of_another_origin_gets_no_connection(string path)
    {
        var server = await ServerAsync();

        using var answer = await server.SendAsync(
            path.Contains("negotiate", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get,
            path,
            null,
            null,
            ("Origin", "http://evil.example"),
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket")
        );

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
