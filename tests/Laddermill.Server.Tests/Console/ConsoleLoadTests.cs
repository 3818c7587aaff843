using System.Globalization;
using Laddermill.Server.Api;
using Laddermill.Server.Console.Jobs;
using Laddermill.Server.Console.Pipelines;
using Laddermill.Server.Console.Stores;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Tests.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Console;

/// <summary>A long history. Figures are printed, and only what must hold on any machine is asserted; <c>bench/console</c> shows them.</summary>
[Trait("Level", "Long")]
public sealed class ConsoleLoadTests(ITestOutputHelper output)
{
    private const int Jobs = 100_000;

    /// <summary>After so long the board looks anew.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMilliseconds(2100);

    internal const string Configuration = """
        "pipelines": [
            { "name": "films", "source": "inbox", "destination": "outbox", "settle": "00:00:00.1" },
            { "name": "trailers", "source": "trailers", "destination": "trailers-out", "settle": "00:00:00.1" }
        ],
        "access": { "requestsPerSecond": 0 }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task What_a_page_asks_of_100_000_jobs_is_answered_at_once()
    {
        var folder = await FilledAsync();
        await using (
            var server = await ServerUnderTest.StartAsync(
                PlayedEngine.Ending(0),
                Configuration,
                folder
            )
        )
        {
            var table = server.Services.GetRequiredService<JobTable>();
            var queries = server.Services.GetRequiredService<JobQueries>();
            var board = server.Services.GetRequiredService<PipelineBoard>();
            var stores = server.Services.GetRequiredService<StoreBrowser>();
            var films = server.Services.GetRequiredService<PipelineSet>().Find("films")!;
            var place = await MiddleAsync(server);
            var week = TimeProvider.System.GetUtcNow().AddDays(-7).UtcTicks;
            (string What, Func<Task> Ask)[] questions =
            [
                ("first page", () => table.ListAsync(Choice(), Cancellation)),
                (
                    "a page in the middle, onwards",
                    () => table.ListAsync(Choice() with { OlderThan = place }, Cancellation)
                ),
                (
                    "a page in the middle, back",
                    () => table.ListAsync(Choice() with { NewerThan = place }, Cancellation)
                ),
                (
                    "failed ones",
                    () =>
                        table.ListAsync(Choice() with { States = [JobState.Failed] }, Cancellation)
                ),
                (
                    "failed and rejected ones of one pipeline",
                    () =>
                        table.ListAsync(
                            Choice() with
                            {
                                States = [JobState.Failed, JobState.Rejected],
                                Pipeline = "films",
                            },
                            Cancellation
                        )
                ),
                (
                    "of one pipeline",
                    () => table.ListAsync(Choice() with { Pipeline = "trailers" }, Cancellation)
                ),
                (
                    "of one week",
                    () => table.ListAsync(Choice() with { Since = week }, Cancellation)
                ),
                (
                    "search, found often",
                    () => table.ListAsync(Choice() with { Search = "series 07" }, Cancellation)
                ),
                (
                    "search, found once",
                    () => table.ListAsync(Choice() with { Search = "episode 000123" }, Cancellation)
                ),
                (
                    "search, found never",
                    () =>
                        table.ListAsync(Choice() with { Search = "nothing like it" }, Cancellation)
                ),
                ("counts by state", () => queries.CountAsync(Cancellation)),
                ("one job", () => queries.FindAsync(place.Id, Cancellation)),
                (
                    "pipelines with their health",
                    async () =>
                    {
                        await Task.Delay(Stale, TimeProvider.System, Cancellation);
                        await board.ReadAsync();
                    }
                ),
                ("a page of a store", () => stores.ReadAsync(films, "", null, Cancellation)),
            ];
            foreach (var (what, ask) in questions)
            {
                var times = await TimesAsync(
                    ask,
                    what.StartsWith("pipelines", StringComparison.Ordinal)
                        ? Stale.TotalMilliseconds
                        : 0
                );
                output.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Jobs} jobs, {what}: median {times[times.Count / 2]:0.0} ms, slowest of {times.Count} {times[^1]:0.0} ms"
                    )
                );
                Assert.True(times[times.Count / 2] < 100, what);
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<JobCursor> MiddleAsync(ServerUnderTest server)
    {
        await using var ledger = await server
            .Services.GetRequiredService<IDbContextFactory<LedgerContext>>()
            .CreateDbContextAsync(Cancellation);
        var all = new JobFilter([], null, null, null, null, null, Jobs / 2);
        return (await JobPlaces.FindAsync(ledger, all, newerThan: null, Cancellation))[^1];
    }

    private static JobChoice Choice() => new([], null, null, null, null, null, 50);

    /// <returns>A folder for a server, with a ledger of so many jobs.</returns>
    internal static async Task<string> FilledAsync()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-load-").FullName;
        await ManyJobs.FillAsync(Path.Combine(folder, "laddermill.db"), Jobs);
        return folder;
    }

    /// <summary>In order.</summary>
    /// <param name="paused">Milliseconds of each that were no work.</param>
    private static async Task<List<double>> TimesAsync(Func<Task> ask, double paused)
    {
        var times = new List<double>();
        await ask();
        foreach (var _ in Enumerable.Range(0, paused > 0 ? 5 : 20))
        {
            var began = TimeProvider.System.GetTimestamp();
            await ask();
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds - paused);
        }
        times.Sort();
        return times;
    }
}
