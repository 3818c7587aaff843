using Laddermill.Processes;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Laddermill.Tests.Players.Browser))]

namespace Laddermill.Tests.Players;

/// <summary>The system's Chromium without a window, started by the first test that asks and shared by all.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private IPlaywright? driver;
    private IBrowser? browser;

    /// <summary>An empty page with a cache and storage of its own; the test is skipped where there is no Chromium.</summary>
    public Task<IPage> NewPageAsync(int width, int height) =>
        NewPageAsync(
            new BrowserNewPageOptions
            {
                ViewportSize = new() { Width = width, Height = height },
            }
        );

    /// <summary>The same, of a viewer who wants it otherwise.</summary>
    public async Task<IPage> NewPageAsync(BrowserNewPageOptions viewer)
    {
        var chromium = ToolPath.Find("chromium");
        Assert.SkipWhen(
            chromium is null,
            "Chromium is not installed (Debian: apt-get install chromium)."
        );
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            browser ??= await StartAsync(chromium);
        }
        finally
        {
            starting.Release();
        }
        return await browser.NewPageAsync(viewer);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }
        driver?.Dispose();
        starting.Dispose();
    }

    private async Task<IBrowser> StartAsync(string chromium)
    {
        driver ??= await Playwright.CreateAsync();
        return await driver.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = chromium,
                Headless = true,
                // As root, as in containers, Chromium's own sandbox does not start; the pages are ours.
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--autoplay-policy=no-user-gesture-required",
                ],
            }
        );
    }
}
