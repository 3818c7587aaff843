using Laddermill.Server.Api;
using Laddermill.Server.Console.Jobs;
using Laddermill.Server.Ledger;
using Laddermill.Server.Tests.TestServers;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Tests.Console;

/// <summary>The table's questions, and that they cost the same with any number of jobs.</summary>
public sealed class JobTableTests(PostgresServer postgres)
{
    [Fact(Timeout = 60_000)]
    public async Task Pages_follow_each_other_there_and_back_through_all_states()
    {
        await WithLedgerAsync(
            500,
            isPostgres: false,
            async ledger =>
            {
                var table = new JobTable(ledger.Contexts);
                var seen = new List<string>();
                JobCursor? older = null;
                JobLines page;
                do
                {
                    page = await table.ListAsync(
                        Choice([JobState.Succeeded, JobState.Failed]) with
                        {
                            OlderThan = older,
                        },
                        default
                    );
                    Assert.Equal(older is not null, page.HasNewer);
                    seen.AddRange(page.Lines.Select(line => line.Id));
                    older = page.Lines[^1].Place;
                } while (page.HasOlder);
                Assert.Equal(seen.Distinct(), seen);
                Assert.Equal(seen.OrderDescending(StringComparer.Ordinal), seen);
                Assert.Equal(500 * 9 / 10, seen.Count);

                var back = await table.ListAsync(
                    Choice([JobState.Succeeded, JobState.Failed]) with
                    {
                        NewerThan = page.Lines[0].Place,
                    },
                    default
                );
                Assert.Equal(
                    seen.TakeLast(page.Lines.Count + 25).Take(25),
                    back.Lines.Select(line => line.Id)
                );
                Assert.True(back.HasNewer && back.HasOlder);
            }
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_search_takes_its_words_as_they_are()
    {
        await WithLedgerAsync(
            300,
            isPostgres: false,
            async ledger =>
            {
                var table = new JobTable(ledger.Contexts);
                var found = await table.ListAsync(Choice([]) with { Search = "film 7%_" }, default);
                Assert.Empty(found.Lines);
                found = await table.ListAsync(Choice([]) with { Search = "FILM 000123" }, default);
                Assert.Equal("Folder/Film 000123.mp4", Assert.Single(found.Lines).Name);
                found = await table.ListAsync(
                    Choice([]) with
                    {
                        Search = $"j{0:d19}00012",
                    },
                    default
                );
                Assert.Equal(10, found.Lines.Count);
            }
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_list_of_the_api_goes_on_where_it_ended_whatever_is_asked_for(
        bool isPostgres
    )
    {
        await WithLedgerAsync(
            600,
            isPostgres,
            async ledger =>
            {
                var queries = new JobQueries(ledger.Contexts);
                foreach (
                    var (filter, count) in ((JobFilter, int)[])
                        [
                            (Filter(), 600),
                            (Filter() with { Pipeline = "films" }, 599),
                            (Filter() with { Pipeline = "films", States = [JobState.Failed] }, 59),
                            (Filter() with { States = [JobState.Failed, JobState.Rejected] }, 66),
                            (Filter() with { Search = "Film 0001" }, 100),
                            (
                                Filter() with
                                {
                                    Since = Announced(100),
                                    Until = Announced(300),
                                    Pipeline = "films",
                                },
                                200
                            ),
                        ]
                )
                {
                    var seen = new List<string>();
                    JobCursor? after = null;
                    List<JobRow> page;
                    do
                    {
                        page = await queries.ListAsync(filter with { After = after }, default);
                        seen.AddRange(page.Select(job => job.Id));
                        after =
                            page.Count > 0 ? new JobCursor(page[^1].Created, page[^1].Id) : null;
                    } while (page.Count == filter.Limit);
                    Assert.Equal(count, seen.Count);
                    Assert.Equal(seen.Distinct().OrderDescending(StringComparer.Ordinal), seen);
                }
            }
        );
    }

    [Trait("Level", "Long")]
    [Theory(Timeout = 300_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_hundred_thousand_jobs_every_question_takes_less_than_a_tenth_of_a_second(
        bool isPostgres
    )
    {
        await WithLedgerAsync(
            100_000,
            isPostgres,
            async ledger =>
            {
                var (table, queries) = (
                    new JobTable(ledger.Contexts),
                    new JobQueries(ledger.Contexts)
                );
                var middle = (
                    await table.ListAsync(Choice([]) with { Search = "Film 050000" }, default)
                )
                    .Lines[0]
                    .Place;
                var questions = new (string Name, JobChoice Choice)[]
                {
                    ("first page", Choice([])),
                    ("page in the middle", Choice([]) with { OlderThan = middle }),
                    ("rare state", Choice([JobState.Rejected])),
                    ("two states", Choice([JobState.Failed, JobState.Succeeded])),
                    ("rare pipeline", Choice([]) with { Pipeline = "trailers" }),
                    (
                        "pipeline and state, in the middle",
                        Choice([JobState.Succeeded]) with
                        {
                            Pipeline = "films",
                            OlderThan = middle,
                        }
                    ),
                    ("search that finds one", Choice([]) with { Search = "Film 000007" }),
                    (
                        "search that finds nothing",
                        Choice([]) with
                        {
                            Search = "nothing is called so",
                        }
                    ),
                    ("search among failed", Choice([JobState.Failed]) with { Search = "Film 0" }),
                };
                var where = isPostgres ? "PostgreSQL" : "SQLite";
                foreach (var (name, choice) in questions)
                {
                    // A search there reads the rows themselves: no index of PostgreSQL takes names as long as they may be.
                    var most = isPostgres && choice.Search is not null ? 1000 : 100;
                    await MeasureAsync(
                        $"{where}, table, {name}",
                        most,
                        () => table.ListAsync(choice, default)
                    );
                    await MeasureAsync(
                        $"{where}, GET /jobs, {name}",
                        most,
                        () =>
                            queries.ListAsync(
                                new JobFilter(
                                    choice.States,
                                    choice.Pipeline,
                                    choice.Search,
                                    null,
                                    null,
                                    choice.OlderThan,
                                    51
                                ),
                                default
                            )
                    );
                }
            }
        );
    }

    /// <summary>The middle of seven.</summary>
    private static async Task MeasureAsync(string name, double most, Func<Task> ask)
    {
        await ask();
        var times = new List<double>();
        for (var run = 0; run < 7; run++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await ask();
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }
        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {times[3]:0.0} ms");
        Assert.True(times[3] < most, $"{name}: {times[3]:0.0} ms");
    }

    private static JobFilter Filter() => new([], null, null, null, null, null, 40);

    /// <summary>When a job of the ledger below was.</summary>
    private static DateTimeOffset Announced(int number) =>
        new(600_000_000_000_000_000 + number * 10_000_000L, TimeSpan.Zero);

    private static JobChoice Choice(IReadOnlyCollection<JobState> states) =>
        new(states, null, null, null, null, null, 25);

    /// <summary>Of each hundred, 80 are done, 10 failed, 9 cancelled and one rejected; every thousandth is of another pipeline. Each row is as large as a real one.</summary>
    private async Task WithLedgerAsync(int jobs, bool isPostgres, Func<LedgerUnderTest, Task> use)
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-table-");
        try
        {
            await using var ledger = await LedgerUnderTest.OpenAsync(
                isPostgres,
                isPostgres
                    ? await postgres.DatabaseAsync(TestContext.Current.CancellationToken)
                    : Path.Combine(folder.FullName, "ledger.db")
            );
            await ledger.Writer.WriteAsync(context =>
                context.Database.ExecuteSqlRawAsync(Filling(jobs, isPostgres))
            );
            if (isPostgres)
            {
                await ledger.Writer.WriteAsync(context =>
                    context.Database.ExecuteSqlRawAsync("ANALYZE jobs")
                );
            }
            await use(ledger);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Filling(int jobs, bool isPostgres) =>
        $"""
            WITH RECURSIVE n(i) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {jobs}),
                named AS (SELECT i, SUBSTR('000000' || i, LENGTH('' || i) + 1) AS number FROM n)
            INSERT INTO jobs (id, pipeline, source, source_key, source_version, size, name, destination, document, state, priority, max_attempts, created, queued,
                started, ended, attempts, failures, losses, cancel_requested, result, reason, revision, changed)
            SELECT 'j0000000000000000000' || number, CASE WHEN i % 1000 = 0 THEN 'trailers' ELSE 'films' END, 'file:///srv/films/Folder/Film ' || number || '.mp4',
                'Folder/Film ' || number || '.mp4', 'v', 1000000, 'Folder/Film ' || number || '.mp4', 'file:///srv/streams', {(
                isPostgres ? "repeat(md5('' || i), 47)" : "printf('%.*c', 1500, 'd')"
            )},
                CASE WHEN i % 10 = 0 THEN 3 WHEN i % 10 = 1 AND i % 100 > 10 THEN 5 WHEN i % 100 = 1 THEN 4 ELSE 2 END, 0, 3,
                600000000000000000 + i * 10000000, 600000000000000000 + i * 10000000, 600000000000000000 + i * 10000000, 600000000100000000 + i * 10000000, 1, 0, 0, {(
                isPostgres ? "false" : "0"
            )},
                {(
                isPostgres ? "repeat(md5('r' || i), 47)" : "printf('%.*c', 1500, 'r')"
            )}, NULL, 'abcdefgh', 600000000100000000 + i * 10000000
            FROM named
            """;
}
