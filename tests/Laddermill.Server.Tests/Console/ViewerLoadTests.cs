using System.Globalization;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using Microsoft.Playwright;

namespace Laddermill.Server.Tests.Console;

/// <summary>Many viewers of a long history. Figures are printed, and only what must hold on any machine is asserted; <c>bench/console</c> shows them.</summary>
[Trait("Level", "Long")]
public sealed class ViewerLoadTests(ConsoleServer shared, Browser browser, ITestOutputHelper output)
    : ConsolePageTests(shared, browser)
{
    private const int Viewers = 50;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 900_000)]
    public async Task Fifty_viewers_of_live_pages_are_served()
    {
        var folder = await ConsoleLoadTests.FilledAsync();
        var configuration = Path.Combine(folder, "laddermill.json");
        await File.WriteAllTextAsync(
            configuration,
            $$"""{ "listen": "http://127.0.0.1:0", {{ConsoleLoadTests.Configuration}} }""",
            Cancellation
        );
        using (var server = await ServerProcess.StartAsync(configuration))
        {
            var usage = new ProcessUsage(server.ProcessId);
            await PauseAsync(5);
            var alone = await usage.OverAsync(10);
            string[] addresses = ["/", "/console/jobs", "/console/pipelines"];
            var pages = new List<IPage>();
            foreach (var number in Enumerable.Range(0, Viewers))
            {
                pages.Add(
                    await OpenAsync(
                        new Uri(server.Client.BaseAddress!, addresses[number % addresses.Length])
                    )
                );
            }
            await PauseAsync(10);
            var quiet = await usage.OverAsync(20);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var changes = ChangeAsync(Path.Combine(folder, "inbox"), stop.Token);
            var live = await usage.OverAsync(30);
            await stop.CancelAsync();
            var made = await changes;
            Assert.All(
                await Task.WhenAll(
                    pages.Select(page =>
                        page.EvaluateAsync<bool>(
                            "() => !document.getElementById('components-reconnect-modal').open"
                        )
                    )
                ),
                Assert.True
            );
            foreach (var page in pages)
            {
                await page.CloseAsync();
            }
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no viewer: {alone}; {Viewers} viewers of {string.Join(", ", addresses)}, nothing happens: {quiet}; {made} jobs in 30 s: {live}"
                )
            );
            Assert.True(live.MegaBytes < 1500);
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Sources that are refused: a job, an attempt and its end each, which live pages show.</summary>
    private static async Task<int> ChangeAsync(string inbox, CancellationToken stop)
    {
        Directory.CreateDirectory(inbox);
        var made = 0;
        try
        {
            for (; ; made++)
            {
                var path = Path.Combine(inbox, $"live {made}.mp4");
                await File.WriteAllBytesAsync(path + ".part", [1, 2, 3], stop);
                File.Move(path + ".part", path);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop);
            }
        }
        catch (OperationCanceledException)
        {
            return made;
        }
    }

    private static Task PauseAsync(int seconds) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, Cancellation);
}
