using System.Text.Json.Nodes;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests;
using Laddermill.Tests.Players;
using Microsoft.Playwright;

namespace Laddermill.Server.Tests.Console;

/// <summary>What tests of pages share: a server, a browser, and what is asked of every page.</summary>
public abstract class ConsolePageTests(ConsoleServer shared, Browser browser)
{
    /// <summary>What the browser complains of that is no fault of the page: a picture that is not there yet, an upload that the server refuses.</summary>
    private static readonly string[] Harmless = ["404 (Not Found)", "422 (Unprocessable"];

    private static readonly SemaphoreSlim Reading = new(1, 1);
    private static string? axe;

    private readonly List<string> complaints = [];

    /// <summary>Pictures of pages are left here, for people to look at.</summary>
    internal static string Pictures { get; } =
        Directory.CreateDirectory(Repository.PathTo("artifacts", "console")).FullName;

    internal Task<ServerUnderTest> ServerAsync() => shared.StartedAsync();

    /// <summary>A page of the shared server, live: its components answer.</summary>
    internal async Task<IPage> OpenAsync(string path, Viewer? viewer = null) =>
        await OpenAsync(await ServerAsync(), path, viewer);

    internal Task<IPage> OpenAsync(ServerUnderTest server, string path, Viewer? viewer = null) =>
        OpenAsync(new Uri(server.Client.BaseAddress!, path), viewer);

    internal async Task<IPage> OpenAsync(Uri address, Viewer? viewer = null)
    {
        var page = await browser.NewPageAsync((viewer ?? Viewer.Desktop).Options);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !Harmless.Any(message.Text.Contains))
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        await page.GotoAsync(address.AbsoluteUri);
        await LiveAsync(page);
        return page;
    }

    /// <summary>Waits until the page's components are connected.</summary>
    internal static Task LiveAsync(IPage page) =>
        page.Locator("html[data-live=true]").WaitForAsync(new() { Timeout = 30_000 });

    /// <summary>What is asked of every page, for every viewer: nothing serious for axe, no width beyond the screen, no complaint of the browser (its policy for content included).</summary>
    internal async Task LookAsync(IPage page, string name, Viewer viewer)
    {
        await page.EvaluateAsync("() => document.fonts.ready.then(() => scrollTo(0, 0))");
        await page.ScreenshotAsync(
            new()
            {
                Path = Path.Combine(Pictures, $"{name}-{viewer.Name}.png"),
                FullPage = true,
                Animations = ScreenshotAnimations.Disabled,
            }
        );
        Assert.True(
            await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth")
                <= viewer.Width,
            $"{name} is wider than the screen of {viewer.Name}."
        );
        var violations = await ViolationsAsync(page);
        Assert.True(
            violations.Length == 0,
            $"{name} for {viewer.Name}: {string.Join('\n', violations)}"
        );
        Assert.Empty(complaints);
    }

    /// <summary>What axe calls serious or critical, with the elements.</summary>
    private static async Task<string[]> ViolationsAsync(IPage page)
    {
        await page.EvaluateAsync(await AxeAsync());
        var found = await page.EvaluateAsync<string>(
            "async () => JSON.stringify((await axe.run(document, { resultTypes: ['violations'] })).violations)"
        );
        return
        [
            .. JsonNode
                .Parse(found)!
                .AsArray()
                .Where(each => (string?)each!["impact"] is "serious" or "critical")
                .Select(each =>
                    $"{each!["id"]}: {each["help"]}: {string.Join(" | ", each["nodes"]!.AsArray().Take(4).Select(node => $"{node!["html"]} {node["failureSummary"]}"))}"
                ),
        ];
    }

    private static async Task<string> AxeAsync()
    {
        await Reading.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return axe ??= await File.ReadAllTextAsync(
                Path.Combine(
                    await NpmProject.InstallAsync("console"),
                    "node_modules",
                    "axe-core",
                    "axe.min.js"
                ),
                TestContext.Current.CancellationToken
            );
        }
        finally
        {
            Reading.Release();
        }
    }
}
