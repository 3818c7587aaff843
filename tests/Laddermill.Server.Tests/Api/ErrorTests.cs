using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Engines;
using Laddermill.Server.Ledger;
using Laddermill.Server.Tests.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Api;

public sealed class ErrorTests(OpenServer shared) : IClassFixture<OpenServer>
{
    [Theory(Timeout = 60_000)]
    [InlineData("GET", "/no/such/route", null, null, 404)]
    [InlineData("GET", "/nothing", null, null, 404)]
    [InlineData("GET", "/jobs/x", null, null, 404)]
    [InlineData("GET", "/jobs/x/log", null, null, 404)]
    [InlineData("GET", "/pipelines/x", null, null, 404)]
    [InlineData("GET", "/pipelines/x/profile", null, null, 404)]
    [InlineData("GET", "/profiles/x", null, null, 404)]
    [InlineData("GET", "/streams/films/missing.m3u8", null, null, 404)]
    [InlineData("GET", "/openapi/v2.json", null, null, 404)]
    [InlineData("PUT", "/jobs", null, null, 405)]
    [InlineData("DELETE", "/profiles", null, null, 405)]
    [InlineData("POST", "/jobs", "source=x", "application/x-www-form-urlencoded", 415)]
    [InlineData("POST", "/jobs", "{}", "text/plain", 415)]
    [InlineData("POST", "/jobs", "{}", "application/json", 400)]
    [InlineData("POST", "/keys", """{"name":"x","scope":"root"}""", "application/json", 400)]
    [InlineData("POST", "/keys", """{"name":"x","scope":2}""", "application/json", 400)]
    [InlineData("POST", "/keys", """{"name":"","scope":"read"}""", "application/json", 400)]
    [InlineData("GET", "/jobs?limit=many", null, null, 400)]
    [InlineData("GET", "/jobs?limit=501", null, null, 400)]
    [InlineData("GET", "/jobs?since=yesterday", null, null, 400)]
    [InlineData("GET", "/jobs?state=asleep", null, null, 400)]
    [InlineData("GET", "/jobs?cursor=x", null, null, 400)]
    [InlineData("DELETE", "/keys/x", null, null, 404)]
    public async Task Every_error_is_a_problem_that_says_what_to_do(
        string method,
        string path,
        string? body,
        string? type,
        int status
    )
    {
        foreach (var accept in new[] { "*/*", "text/html", "application/json" })
        {
            using var answer = await shared.Server.SendAsync(
                new HttpMethod(method),
                path,
                content: body is null ? null : new StringContent(body, Encoding.UTF8, type!),
                headers: ("Accept", accept)
            );

            await ExpectAsync(answer, status);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Our_own_failures_tell_nothing_of_our_insides()
    {
        var engine = new UnreadableEngine();
        await using var server = await ServerUnderTest.StartAsync(engine);
        server.Drop("film.mp4", [1, 2, 3]);
        var jobs = await server.JobsAsync(all =>
            all is [{ } only] && (string?)only["state"] == "running"
        );

        while (true)
        {
            using var answer = await server.SendAsync(
                HttpMethod.Get,
                $"/jobs/{jobs[0]!["id"]}/log"
            );
            if (answer.StatusCode == HttpStatusCode.InternalServerError)
            {
                var text = await ExpectAsync(answer, 500);
                Assert.DoesNotContain("inside", text, StringComparison.Ordinal);
                engine.IsReadable = true;
                return;
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_ledger_that_is_away_is_a_reason_to_come_again()
    {
        await using var server = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        var contexts = server.Services.GetRequiredService<IDbContextFactory<LedgerContext>>();
        await using (
            var ledger = await contexts.CreateDbContextAsync(TestContext.Current.CancellationToken)
        )
        {
            await ledger.Database.ExecuteSqlAsync(
                $"ALTER TABLE keys RENAME TO keys_away",
                TestContext.Current.CancellationToken
            );
        }

        using var answer = await server.SendAsync(HttpMethod.Get, "/keys");

        var text = await ExpectAsync(answer, 503);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.DoesNotContain("SQL", text, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string> ExpectAsync(HttpResponseMessage answer, int status)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(status, (int)problem["status"]!);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.EndsWith(
            (string)problem["detail"]!,
            ((string)problem["detail"]!).TrimEnd(),
            StringComparison.Ordinal
        );
        foreach (var inside in new[] { "Exception", "   at ", "Laddermill.Server", "System." })
        {
            Assert.DoesNotContain(inside, text, StringComparison.Ordinal);
        }
        return text;
    }

    /// <summary>Workers go on for ever, and asking what they say fails in a way that nobody foresaw.</summary>
    private sealed class UnreadableEngine : IEngine
    {
        private readonly PlayedEngine played = new(
            async (_, stop) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                return new PlayedEnd(0);
            }
        );

        public bool RunsOutliveUs => false;

        public bool IsReadable { get; set; }

        public Task<EngineRun> StartAsync(EngineWork work, CancellationToken cancellation) =>
            played.StartAsync(work, cancellation);

        public Task<EngineRun?> LookAsync(string id, CancellationToken cancellation) =>
            played.LookAsync(id, cancellation);

        public async IAsyncEnumerable<EngineRun> ListAsync(
            [EnumeratorCancellation] CancellationToken cancellation
        )
        {
            await foreach (var run in played.ListAsync(cancellation))
            {
                yield return run;
            }
        }

        public Task<string> ReadLogAsync(string id, CancellationToken cancellation) =>
            IsReadable
                ? played.ReadLogAsync(id, cancellation)
                : throw new InvalidOperationException(
                    "Something inside of /srv/inside went wrong."
                );

        public Task<EngineRun?> WaitAsync(string id, CancellationToken cancellation) =>
            played.WaitAsync(id, cancellation);

        public Task RemoveAsync(string id, CancellationToken cancellation) =>
            played.RemoveAsync(id, cancellation);
    }
}
