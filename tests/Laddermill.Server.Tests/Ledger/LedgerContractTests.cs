using Laddermill.Engines;
using Laddermill.Server.Ledger;
using Laddermill.Server.Tests.TestServers;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Tests.Ledger;

/// <summary>What every database must keep of the queue.</summary>
public abstract class LedgerContractTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A new, empty ledger.</summary>
    private protected abstract Task<LedgerUnderTest> NewAsync();

    /// <summary>Another server on the same one.</summary>
    private protected abstract Task<LedgerUnderTest> AnotherAsync();

    [Fact(Timeout = 60_000)]
    public async Task A_job_is_entered_once_however_many_ask_at_the_same_time()
    {
        await using var ledger = await NewAsync();

        var entered = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ => ledger.Queue.EnterAsync(ledger.Job("a"), [], Cancellation))
        );

        Assert.Single(entered, isNew => isNew);
    }

    [Fact(Timeout = 60_000)]
    public async Task Jobs_are_claimed_by_priority_and_then_in_their_order()
    {
        await using var ledger = await NewAsync();
        foreach (var (id, priority) in new[] { ("old", 0), ("new", 0), ("low", -1), ("high", 1) })
        {
            await ledger.Queue.EnterAsync(ledger.Job(id, priority: priority), [], Cancellation);
            ledger.Time.Advance(TimeSpan.FromMilliseconds(1));
        }
        await ledger.Queue.EnterAsync(ledger.Job("other", "trailers", 9), [], Cancellation);

        var claimed = new List<string?>();
        for (var count = 0; count < 5; count++)
        {
            claimed.Add((await ClaimAsync(ledger))?.Id);
        }

        Assert.Equal(["high", "old", "new", "low", null], claimed);
        await using var context = await ledger.Contexts.CreateDbContextAsync(Cancellation);
        Assert.Equal(
            [("trailers", 9)],
            await JobQueue.HeadsAsync(["films", "trailers"], context, Cancellation)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_servers_never_claim_the_same_job()
    {
        await using var one = await NewAsync();
        await using var two = await AnotherAsync();
        for (var number = 0; number < 200; number++)
        {
            await one.Queue.EnterAsync(one.Job($"job{number}"), [], Cancellation);
        }

        var claimed = await Task.WhenAll(
            new[] { one, two }.SelectMany(server =>
                Enumerable
                    .Range(0, 4)
                    .Select(_ => ClaimAllAsync(server, server == one ? "one" : "two"))
            )
        );

        var all = claimed.SelectMany(each => each).ToList();
        Assert.Equal(200, all.Count);
        Assert.Equal(200, all.Distinct().Count());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_running_job_belongs_to_its_server_until_its_lease_runs_out()
    {
        await using var ledger = await NewAsync();
        await ledger.Queue.EnterAsync(ledger.Job("a"), [], Cancellation);
        await ClaimAsync(ledger, "one/1");

        ledger.Time.Advance(Lease - TimeSpan.FromSeconds(1));
        var kept = await ledger.Queue.RenewAsync(
            "one/1",
            Lease,
            [("a", """{"phase":"plan"}""")],
            Cancellation
        );
        ledger.Time.Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Empty(await TakeOverAsync(ledger, "two/1"));
        ledger.Time.Advance(TimeSpan.FromSeconds(2));
        var taken = await TakeOverAsync(ledger, "two/1");

        Assert.Equal([("a", false)], kept.Select(each => (each.Key, each.Value)));
        Assert.Equal(
            ("a", "two/1", """{"phase":"plan"}"""),
            (taken[0].Id, taken[0].Server, taken[0].Progress)
        );
        Assert.Empty(await ledger.Queue.RenewAsync("one/1", Lease, [("a", null)], Cancellation));
        Assert.False(await EndAsync(ledger, taken[0], "one/1", 0));
        Assert.True(await EndAsync(ledger, taken[0], "two/1", 0));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_earlier_life_of_a_server_holds_nothing()
    {
        await using var ledger = await NewAsync();
        await ledger.Queue.EnterAsync(ledger.Job("a"), [], Cancellation);
        await ClaimAsync(ledger, "one/1");

        Assert.Empty(await TakeOverAsync(ledger, "other/1"));
        Assert.Single(await TakeOverAsync(ledger, "one/2"));
        Assert.Empty(await TakeOverAsync(ledger, "one/2"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_that_failed_waits_and_one_that_is_over_is_told_in_the_same_commit()
    {
        await using var ledger = await NewAsync();
        await ledger.Queue.EnterAsync(ledger.Job("a"), [], Cancellation);
        var first = (await ClaimAsync(ledger, "one/1"))!;

        Assert.True(await EndAsync(ledger, first, "one/1", 1));
        Assert.Null(await ClaimAsync(ledger));
        ledger.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await ledger.Queue.WakeAsync(Cancellation));
        var second = (await ClaimAsync(ledger, "one/1"))!;
        var told = new List<string>();
        await EndAsync(
            ledger,
            second,
            "one/1",
            3,
            job => told.Add($"{job.Id} {job.State} {job.Code}")
        );

        Assert.Equal((2, 1), (second.Attempts, second.Failures));
        Assert.Equal(["a Rejected broken"], told);
        Assert.Equal(JobState.Rejected, (await ledger.ReadAsync("a")).State);
        await using var context = await ledger.Contexts.CreateDbContextAsync(Cancellation);
        Assert.Equal(
            ["failed", "rejected"],
            await context
                .Attempts.OrderBy(each => each.Number)
                .Select(each => each.Outcome!)
                .ToListAsync(Cancellation)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_claim_that_finds_no_room_is_as_if_it_had_not_been()
    {
        await using var ledger = await NewAsync();
        await ledger.Queue.EnterAsync(ledger.Job("a"), [], Cancellation);
        var claimed = (await ClaimAsync(ledger))!;

        await ledger.Ends.GiveBackAsync(claimed, TimeSpan.FromSeconds(2), "There is no room.");
        Assert.Null(await ClaimAsync(ledger));
        ledger.Time.Advance(TimeSpan.FromSeconds(3));
        await ledger.Queue.WakeAsync(Cancellation);
        var again = await ClaimAsync(ledger);

        Assert.Equal(1, again?.Attempts);
        await using var context = await ledger.Contexts.CreateDbContextAsync(Cancellation);
        Assert.Equal(1, await context.Attempts.CountAsync(Cancellation));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_can_be_cancelled_and_queued_again()
    {
        await using var ledger = await NewAsync();
        await ledger.Queue.EnterAsync(ledger.Job("waits"), [], Cancellation);
        ledger.Time.Advance(TimeSpan.FromSeconds(1));
        await ledger.Queue.EnterAsync(ledger.Job("runs"), [], Cancellation);

        Assert.True(await ledger.Ends.CancelAsync("waits", (_, _) => Task.CompletedTask));
        var running = (await ClaimAsync(ledger, "one/1"))!;
        Assert.True(await ledger.Ends.CancelAsync("runs", (_, _) => Task.CompletedTask));
        var kept = await ledger.Queue.RenewAsync("one/1", Lease, [("runs", null)], Cancellation);
        Assert.False(await ledger.Ends.RetryAsync("runs", null));
        Assert.True(await ledger.Ends.RetryAsync("waits", """{"force":true}"""));

        Assert.Equal("runs", running.Id);
        Assert.True(kept["runs"]);
        Assert.Equal("""{"force":true}""", (await ClaimAsync(ledger))?.Document);
        Assert.False(await ledger.Ends.CancelAsync("nobody", (_, _) => Task.CompletedTask));
    }

    [Fact(Timeout = 60_000)]
    public async Task News_are_kept_until_their_job_is_entered_and_taken_again_when_they_are_forgotten()
    {
        await using var ledger = await NewAsync();
        var rows = await ledger.Announcements.AddAsync(
            [
                new Announcement("films", "a.mp4", "a b.mp4", "00-trace"),
                new Announcement("films", "b.mp4"),
            ],
            Cancellation
        );

        Assert.Empty(await ledger.Announcements.TakeForgottenAsync(10, Cancellation));
        await ledger.Queue.EnterAsync(ledger.Job("a"), [rows[0].Id], Cancellation);
        ledger.Time.Advance(TimeSpan.FromMinutes(2));
        var forgotten = await ledger.Announcements.TakeForgottenAsync(10, Cancellation);

        Assert.Equal(["b.mp4"], forgotten.Select(each => each.Key));
        await ledger.Announcements.PostponeAsync([forgotten[0].Id], TimeSpan.FromSeconds(10));
        ledger.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(await ledger.Announcements.TakeForgottenAsync(10, Cancellation));
        ledger.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(await ledger.Announcements.TakeForgottenAsync(10, Cancellation));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_change_that_fails_does_not_take_its_neighbours_with_it()
    {
        await using var ledger = await NewAsync();

        var entered = Enumerable
            .Range(0, 20)
            .Select(number => ledger.Queue.EnterAsync(ledger.Job($"job{number}"), [], Cancellation))
            .ToList();
        var wrong = ledger.Writer.WriteAsync(
            context => context.Database.ExecuteSqlAsync($"UPDATE nothing SET x = 1"),
            Cancellation
        );
        var more = ledger.Queue.EnterAsync(ledger.Job("last"), [], Cancellation);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => wrong);
        Assert.All(await Task.WhenAll(entered), Assert.True);
        Assert.True(await more);
    }

    private static async Task<JobRow?> ClaimAsync(
        LedgerUnderTest ledger,
        string server = "one/1"
    ) => (await ledger.Queue.ClaimAsync("films", server, Lease, 1, Cancellation)).SingleOrDefault();

    private static async Task<List<string>> ClaimAllAsync(LedgerUnderTest ledger, string server)
    {
        var all = new List<string>();
        while (await ClaimAsync(ledger, server) is { } job)
        {
            all.Add(job.Id);
        }
        return all;
    }

    private static Task<List<JobRow>> TakeOverAsync(LedgerUnderTest ledger, string server) =>
        ledger.Queue.TakeOverAsync(server, server.Split('/')[0] + "/", Lease, Cancellation);

    private static Task<bool> EndAsync(
        LedgerUnderTest ledger,
        JobRow job,
        string server,
        int code,
        Action<JobRow>? told = null
    )
    {
        job.Server = server;
        var run = new EngineRun("run", job.Id, job.Attempts, EngineState.Ended, code);
        var result = new WorkerResult(null, "broken", "It is broken.", null);
        var end = AttemptEnd.Decide(run, result, job.Failures, 0, job.MaxAttempts, false, false, 0);
        return ledger.Ends.EndAsync(
            job,
            end,
            run,
            null,
            null,
            "log",
            (_, row) =>
            {
                told?.Invoke(row);
                return Task.CompletedTask;
            }
        );
    }
}

public sealed class SqliteLedgerTests : LedgerContractTests, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-ledger-");

    private protected override Task<LedgerUnderTest> NewAsync() =>
        LedgerUnderTest.OpenAsync(false, Path.Combine(folder.FullName, "ledger.db"));

    private protected override Task<LedgerUnderTest> AnotherAsync() => NewAsync();

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}

public sealed class PostgresLedgerTests(PostgresServer server) : LedgerContractTests
{
    private string? connection;

    private protected override async Task<LedgerUnderTest> NewAsync() =>
        await LedgerUnderTest.OpenAsync(
            true,
            connection = await server.DatabaseAsync(TestContext.Current.CancellationToken)
        );

    private protected override async Task<LedgerUnderTest> AnotherAsync() =>
        await LedgerUnderTest.OpenAsync(true, connection!);
}
