using Laddermill.Tests.Players;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>Films from a browser, and objects by name.</summary>
public sealed class UploadPageTests(ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    private const int Large = 3 << 20;

    [Fact(Timeout = 180_000)]
    public async Task Several_files_go_up_at_once_and_each_leads_to_its_job()
    {
        var server = await ServerAsync();
        var page = await OpenUploadAsync();

        await ChooseAsync(
            page,
            Film("first é.mp4", 1000),
            Film("second.mp4", 2000),
            Film("notes.txt", 10)
        );

        foreach (var name in new[] { "first é.mp4", "second.mp4" })
        {
            var item = Item(page, name);
            await Expect(item)
                .ToHaveAttributeAsync("data-state", "done", new() { Timeout = 30_000 });
            var link = item.GetByRole(AriaRole.Link, new() { Name = "See its job" });
            await Expect(link).ToBeVisibleAsync(new() { Timeout = 30_000 });
            var job = (await link.GetAttributeAsync("href"))!.Split('/')[^1];
            Assert.Equal(name, (string?)(await server.EndOfAsync(job))["name"]);
        }
        await Expect(Item(page, "notes.txt"))
            .ToContainTextAsync(
                "The pipeline films would do nothing with 'notes.txt': it matches the excluded names '*.txt'."
            );
        Assert.Equal(1000, new FileInfo(Path.Combine(server.Inbox, "first é.mp4")).Length);
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task An_upload_is_paused_resumed_and_cancelled()
    {
        var server = await ServerAsync();
        var page = await OpenUploadAsync(bytesPerSecond: 512 << 10);
        await ChooseAsync(page, Film("paused.mp4", Large), Film("cancelled.mp4", Large));
        var paused = Item(page, "paused.mp4");
        await Expect(paused).ToContainTextAsync("/s, ", new() { Timeout = 30_000 });

        await paused.GetByRole(AriaRole.Button, new() { Name = "Pause: paused.mp4" }).ClickAsync();
        await Item(page, "cancelled.mp4")
            .GetByRole(AriaRole.Button, new() { Name = "Cancel: cancelled.mp4" })
            .ClickAsync();
        await Expect(paused).ToContainTextAsync("Paused");
        await Expect(Item(page, "cancelled.mp4")).ToHaveCountAsync(0);
        // Another page is looked at, and the list is as it was when the viewer comes back.
        await page.GetByRole(AriaRole.Link, new() { Name = "Pipelines", Exact = true })
            .First.ClickAsync();
        await Expect(page).ToHaveTitleAsync("Pipelines · Laddermill");
        await page.GoBackAsync();
        await Expect(paused).ToContainTextAsync("Paused");
        await paused.GetByRole(AriaRole.Button, new() { Name = "Resume: paused.mp4" }).ClickAsync();

        await Expect(paused).ToHaveAttributeAsync("data-state", "done", new() { Timeout = 60_000 });
        Assert.Equal(Large, new FileInfo(Path.Combine(server.Inbox, "paused.mp4")).Length);
        Assert.False(File.Exists(Path.Combine(server.Inbox, "cancelled.mp4")));
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task After_a_reload_the_same_file_goes_on_where_it_was()
    {
        var server = await ServerAsync();
        var file = Path.Combine(
            Directory.CreateTempSubdirectory("laddermill-upload-").FullName,
            "reloaded.mp4"
        );
        await File.WriteAllBytesAsync(
            file,
            Film("", Large).Buffer,
            TestContext.Current.CancellationToken
        );
        var page = await OpenUploadAsync(bytesPerSecond: 512 << 10);
        await ChooseAsync(page, file);
        await Expect(Item(page, "reloaded.mp4"))
            .ToContainTextAsync("/s, ", new() { Timeout = 30_000 });
        page.Dialog += (_, dialog) => dialog.AcceptAsync();

        await page.ReloadAsync();
        await LiveAsync(page);
        var item = Item(page, "reloaded.mp4");
        await Expect(item)
            .ToContainTextAsync("choose the same file again", new() { Timeout = 30_000 });
        await ChooseAsync(page, file);

        await Expect(item).ToHaveCountAsync(1);
        await Expect(item).ToHaveAttributeAsync("data-state", "done", new() { Timeout = 60_000 });
        Assert.Equal(Large, new FileInfo(Path.Combine(server.Inbox, "reloaded.mp4")).Length);
        Assert.False(File.Exists(Path.Combine(server.Inbox, "reloaded (2).mp4")));
        await page.CloseAsync();
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_object_is_named_and_its_job_begins()
    {
        var server = await ServerAsync();
        // A name that starts no job by itself.
        server.Drop("named.txt", [1, 2, 3]);
        var page = await OpenAsync("/console/upload?pipeline=films");
        var form = page.Locator("section[aria-labelledby=by-name]");

        await form.GetByLabel("Object").FillAsync("nothing.mp4");
        await form.GetByRole(AriaRole.Button, new() { Name = "Start the job" }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("There is no file 'nothing.mp4' in the source");
        await form.GetByLabel("Object").FillAsync("named.txt");
        await form.GetByLabel("Profile").SelectOptionAsync("constant");
        await form.GetByRole(AriaRole.Button, new() { Name = "Start the job" }).ClickAsync();

        var link = form.GetByRole(AriaRole.Link, new() { Name = "See the job" });
        var job = (await link.GetAttributeAsync("href"))!.Split('/')[^1];
        Assert.Equal("named.txt", (string?)(await server.EndOfAsync(job))["name"]);
        await page.CloseAsync();
    }

    [Fact(Timeout = 240_000)]
    public async Task It_is_fit_for_every_viewer()
    {
        foreach (var viewer in Viewer.Both)
        {
            var page = await OpenUploadAsync(viewer, 64 << 10);
            await ChooseAsync(page, Film($"{viewer.Name}.mp4", 1000));
            await Expect(Item(page, $"{viewer.Name}.mp4"))
                .ToHaveAttributeAsync("data-state", "done", new() { Timeout = 30_000 });
            await ChooseAsync(page, Film("half of it.mp4", Large), Film("notes.txt", 10));
            await Expect(Item(page, "half of it.mp4"))
                .ToContainTextAsync("/s, ", new() { Timeout = 30_000 });
            await LookAsync(page, "upload", viewer);
            await Item(page, "half of it.mp4")
                .GetByRole(AriaRole.Button, new() { Name = "Cancel: half of it.mp4" })
                .ClickAsync();
            await Expect(Item(page, "half of it.mp4")).ToHaveCountAsync(0);
            await page.CloseAsync();
        }
    }

    private async Task<IPage> OpenUploadAsync(Viewer? viewer = null, int? bytesPerSecond = null)
    {
        var page = await OpenAsync("/console/upload?pipeline=films", viewer);
        if (bytesPerSecond is { } speed)
        {
            await SlowAsync(page, speed);
        }
        return page;
    }

    /// <summary>The line of the browser takes so many bytes each second.</summary>
    internal static async Task SlowAsync(IPage page, int bytesPerSecond)
    {
        var browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync(
            "Network.emulateNetworkConditions",
            new()
            {
                ["offline"] = false,
                ["latency"] = 0,
                ["downloadThroughput"] = -1,
                ["uploadThroughput"] = bytesPerSecond,
            }
        );
    }

    internal static ILocator Item(IPage page, string name) =>
        page.Locator(".upload").Filter(new() { HasText = name });

    internal static async Task ChooseAsync(IPage page, params FilePayload[] files) =>
        await (await ReadyInputAsync(page)).SetInputFilesAsync(files);

    /// <param name="file">Its path.</param>
    internal static async Task ChooseAsync(IPage page, string file) =>
        await (await ReadyInputAsync(page)).SetInputFilesAsync(file);

    /// <summary>The input as soon as people can use it.</summary>
    private static async Task<ILocator> ReadyInputAsync(IPage page)
    {
        var input = page.Locator("input[type=file]");
        await Expect(input).ToBeEnabledAsync(new() { Timeout = 30_000 });
        return input;
    }

    private static FilePayload Film(string name, int size)
    {
        var content = new byte[size];
        Random.Shared.NextBytes(content);
        return new()
        {
            Name = name,
            MimeType = "video/mp4",
            Buffer = content,
        };
    }
}
