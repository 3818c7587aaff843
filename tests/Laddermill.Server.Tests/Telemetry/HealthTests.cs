using System.Net;
using System.Text.Json.Nodes;
using Laddermill.Engines;
using Laddermill.Server.Ledger;
using Laddermill.Server.Telemetry;
using Laddermill.Server.Tests.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Laddermill.Server.Tests.Telemetry;

public sealed class HealthTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_server_that_works_is_live_and_ready()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));

        Assert.Equal("live", (string?)(await server.GetAsync("/health/live"))["status"]);
        var (status, report) = await ReadyAsync(server);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("ready", (string?)report["status"]);
        Assert.Equal(
            ["running", "ledger", "migrations", "engine"],
            report["checks"]!.AsArray().Select(check => (string?)check!["name"])
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_ledger_that_lost_its_tables_is_told_without_its_address()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        await using (var ledger = await LedgerAsync(server))
        {
            await ledger.Database.ExecuteSqlAsync(
                $"DROP TABLE reconciliations",
                TestContext.Current.CancellationToken
            );
        }

        var (status, report) = await ReadyAsync(server);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("The ledger does not answer", Reason(report, "ledger"));
        Assert.DoesNotContain(server.Folder, report.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("live", (string?)(await server.GetAsync("/health/live"))["status"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_ledger_of_an_older_version_is_told()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        await using (var ledger = await LedgerAsync(server))
        {
            await ledger.Database.ExecuteSqlAsync(
                $"DELETE FROM \"__EFMigrationsHistory\"",
                TestContext.Current.CancellationToken
            );
        }

        var (status, report) = await ReadyAsync(server);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains(
            "migrations; start",
            Reason(report, "migrations"),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task An_engine_that_does_not_answer_is_told_without_its_words()
    {
        await using var server = await ServerUnderTest.StartAsync(new DeafEngine());

        var (status, report) = await ReadyAsync(server);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("The engine does not answer", Reason(report, "engine"));
        Assert.DoesNotContain("10.1.2.3", report.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_stops_is_not_ready()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        var readiness = server.Services.GetRequiredService<Readiness>();

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var report = await readiness.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal("not-ready", report.Status);
    }

    /// <summary>Whoever asks a thousand times a second does not make the ledger answer as often.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Many_questions_at_once_are_answered_by_one_look()
    {
        var engine = new CountingEngine();
        await using var server = await ServerUnderTest.StartAsync(engine);
        var readiness = server.Services.GetRequiredService<Readiness>();

        var reports = await Task.WhenAll(
            Enumerable
                .Range(0, 1000)
                .Select(_ => readiness.LookAsync(TestContext.Current.CancellationToken))
        );

        Assert.All(reports, report => Assert.Equal("ready", report.Status));
        Assert.InRange(engine.Asked, 1, 5);
    }

    private static string Reason(JsonNode report, string check) =>
        (string?)
            report["checks"]!.AsArray().Single(each => (string?)each!["name"] == check)!["reason"]
        ?? "";

    private static Task<LedgerContext> LedgerAsync(ServerUnderTest server) =>
        server
            .Services.GetRequiredService<IDbContextFactory<LedgerContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);

    private static async Task<(HttpStatusCode, JsonNode)> ReadyAsync(ServerUnderTest server)
    {
        using var answer = await server.Client.GetAsync(
            "/health/ready",
            TestContext.Current.CancellationToken
        );
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(text)!);
    }

    private class DeafEngine : IEngine
    {
        public virtual async IAsyncEnumerable<EngineRun> ListAsync(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
        )
        {
            await Task.Yield();
            yield return await Task.FromException<EngineRun>(Trouble());
        }

        public Task<EngineRun> StartAsync(EngineWork work, CancellationToken cancellation) =>
            Task.FromException<EngineRun>(Trouble());

        public Task<EngineRun?> LookAsync(string id, CancellationToken cancellation) =>
            Task.FromException<EngineRun?>(Trouble());

        public Task<string> ReadLogAsync(string id, CancellationToken cancellation) =>
            Task.FromException<string>(Trouble());

        public Task RemoveAsync(string id, CancellationToken cancellation) =>
            Task.FromException(Trouble());

        private static EngineException Trouble() => new("10.1.2.3 refuses");
    }

    private sealed class CountingEngine : DeafEngine
    {
        private int asked;

        public int Asked => asked;

        public override IAsyncEnumerable<EngineRun> ListAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref asked);
            return AsyncEnumerable.Empty<EngineRun>();
        }
    }
}
