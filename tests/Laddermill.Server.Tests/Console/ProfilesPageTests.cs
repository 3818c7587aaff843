using System.Text.Json.Nodes;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>Profiles: seen, edited, tried and saved.</summary>
public sealed class ProfilesPageTests(ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    [Fact(Timeout = 180_000)]
    public async Task A_profile_is_made_of_another_tried_on_a_source_and_saved()
    {
        var server = await ServerAsync();
        await File.WriteAllBytesAsync(
            Path.Combine(Directory.CreateDirectory(server.Inbox).FullName, "to plan.mp4"),
            await Films.MakeAsync(height: 360),
            TestContext.Current.CancellationToken
        );
        var page = await OpenAsync("/console/profiles");
        await Expect(page.GetByRole(AriaRole.Article, new() { Name = "default" }))
            .ToContainTextAsync("1080p (5.0 Mbit/s)");
        await page.GetByRole(AriaRole.Link, new() { Name = "New profile" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).First.FillAsync("archive");
        await SetAsync(page, "What it is for", "Better and larger.");
        await SetAsync(page, "Key frame every, s", "1");

        await page.GetByLabel("Source", new() { Exact = true }).FillAsync("to plan.mp4");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the plan" }).ClickAsync();
        var plan = page.Locator("section[aria-labelledby=preview]");
        await Expect(plan.GetByRole(AriaRole.Row).Filter(new() { HasText = "video-360p" }))
            .ToContainTextAsync("640 × 360", new() { Timeout = 60_000 });
        await Expect(plan).ToContainTextAsync("Why");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();

        await Expect(page).ToHaveTitleAsync("archive · Laddermill");
        await Expect(page.Locator(".rules"))
            .ToContainTextAsync("3 s, a key frame every 1 s; plays while it is made");
        var saved = await server.GetAsync("/profiles/archive");
        Assert.Equal(1, (double)saved["profile"]!["segments"]!["gopSeconds"]!);
        Assert.Equal("Better and larger.", (string?)saved["profile"]!["description"]);
        // All else is as in the one that it was made of.
        var built = (await server.GetAsync("/profiles/default"))["profile"]!;
        Assert.True(JsonNode.DeepEquals(built["video"], saved["profile"]!["video"]));
        Assert.True(JsonNode.DeepEquals(built["audio"], saved["profile"]!["audio"]));

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Really delete it" }).ClickAsync();
        await Expect(page).ToHaveTitleAsync("Profiles · Laddermill");
        Assert.DoesNotContain(
            "archive",
            (await server.GetAsync("/profiles")).ToJsonString(),
            StringComparison.Ordinal
        );
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task All_that_is_wrong_is_told_at_its_field_and_nothing_is_saved()
    {
        var server = await ServerAsync();
        var page = await OpenAsync("/console/profiles/new/edit?from=default");

        await SetAsync(page, "Key frame every, s", "99");
        await SetAsync(page, "Least frames/s", "many");
        await SetAsync(page, "Only these languages", "english!");
        var rung = page.GetByRole(AriaRole.Group, new() { Name = "Rung 3" });
        await rung.GetByLabel("x264 options").FillAsync("keyint=3");
        await rung.GetByLabel("x264 options").BlurAsync();
        await page.GetByLabel("Name", new() { Exact = true }).First.FillAsync("default");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();

        await Expect(page.Locator("#field-segments\\.gopSeconds-hint"))
            .ToHaveTextAsync("GopSeconds is 99; it must be from 0.5 to 10.");
        await Expect(page.Locator("#field-video\\.minFrameRate-hint"))
            .ToContainTextAsync("must be a number from 1 to 30");
        await Expect(page.Locator("#field-subtitles\\.languages-hint"))
            .ToContainTextAsync("BCP 47");
        await Expect(rung).ToContainTextAsync("\"keyint\" is set by the plan");
        await Expect(page.GetByLabel("Key frame every, s"))
            .ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Locator("#name-problem")).ToContainTextAsync("default is built in");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("It was not saved");
        Assert.DoesNotContain(
            "new",
            (await server.GetAsync("/profiles")).AsArray().Select(each => (string?)each)
        );
        await page.CloseAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_second_of_two_editors_hears_of_the_first()
    {
        var server = await ServerAsync();
        using var made = await server.SendAsync(
            HttpMethod.Put,
            "/profiles/shared",
            content: System.Net.Http.Json.JsonContent.Create(new { extends = "default" }),
            headers: ("If-None-Match", "*")
        );
        var mine = await OpenAsync("/console/profiles/shared/edit");
        var theirs = await OpenAsync("/console/profiles/shared/edit");

        await SetAsync(theirs, "What it is for", "Theirs.");
        await theirs.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(theirs).ToHaveTitleAsync("shared · Laddermill");
        await SetAsync(mine, "What it is for", "Mine.");
        await mine.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();

        await Expect(mine.GetByRole(AriaRole.Alert)).ToContainTextAsync("somebody else changed it");
        Assert.Equal(
            "Theirs.",
            (string?)(await server.GetAsync("/profiles/shared"))["profile"]!["description"]
        );
        await mine.CloseAsync();
        await theirs.CloseAsync();
    }

    [Fact(Timeout = 240_000)]
    public async Task They_are_fit_for_every_viewer()
    {
        foreach (var viewer in Viewer.Both)
        {
            var page = await OpenAsync("/console/profiles", viewer);
            await LookAsync(page, "profiles", viewer);
            await page.GotoAsync(
                new Uri(new Uri(page.Url), "/console/profiles/default").AbsoluteUri
            );
            await LiveAsync(page);
            await LookAsync(page, "profile", viewer);
            await page.GotoAsync(
                new Uri(new Uri(page.Url), "/console/profiles/new/edit?from=default").AbsoluteUri
            );
            await LiveAsync(page);
            await SetAsync(page, "Key frame every, s", "99");
            await Expect(page.Locator("#field-segments\\.gopSeconds-hint"))
                .ToContainTextAsync("99");
            await LookAsync(page, "profile-edit", viewer);
            await page.CloseAsync();
        }
    }

    private static async Task SetAsync(IPage page, string label, string value)
    {
        var field = page.GetByLabel(label, new() { Exact = true });
        await field.FillAsync(value);
        await field.BlurAsync();
    }
}
