using System.Text.RegularExpressions;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Telemetry;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Storage;
using Laddermill.Tests;
using Laddermill.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed partial class MetricsTests
{
    private const string Configuration = """
        "pipelines": [{ "name": "measured", "source": "inbox", "destination": "outbox", "settle": "00:00:00", "maxAttempts": 1 }],
        "engine": { "slots": 3 }
        """;

    [Fact(Timeout = 300_000)]
    public async Task What_was_done_can_be_read_by_prometheus()
    {
        var engine = new PlayedEngine(
            (work, _) =>
                Task.FromResult(
                    work.Arguments[1].Contains("good", StringComparison.Ordinal)
                        ? new PlayedEnd(0, PlayedWords.Done(TimeProvider.System.GetUtcNow()))
                    : work.Arguments[1].Contains("odd", StringComparison.Ordinal) ? new PlayedEnd(3)
                    : new PlayedEnd(1)
                )
        );
        await using var server = await ServerUnderTest.StartAsync(engine, Configuration);
        foreach (var name in new[] { "good 1.mp4", "good 2.mp4", "odd.mp4", "bad.mp4" })
        {
            server.Drop(name, [1, 2, 3]);
        }
        var jobs = await server.JobsAsync(all =>
            all.Count == 4 && all.All(job => (string?)job!["state"] is not ("queued" or "running"))
        );

        var metrics = await ReadAsync(server);

        var pipeline = ("pipeline", "measured");
        Assert.Equal(2, metrics.Sum("laddermill_jobs", pipeline, ("state", "succeeded")));
        Assert.Equal(1, metrics.Sum("laddermill_jobs", pipeline, ("state", "rejected")));
        Assert.Equal(1, metrics.Sum("laddermill_jobs", pipeline, ("state", "failed")));
        Assert.Equal(0, metrics.Sum("laddermill_jobs", pipeline, ("state", "queued")));
        Assert.Equal(0, metrics.Sum("laddermill_queue_age_seconds", pipeline));
        Assert.Equal(0, metrics.Sum("laddermill_announcements"));
        Assert.Equal(3, metrics.Sum("laddermill_slots"));
        Assert.Equal(0, metrics.Sum("laddermill_encode_throughput_per_second", pipeline));
        Assert.Equal(
            2,
            metrics.Sum("laddermill_attempts_total", pipeline, ("outcome", "succeeded"))
        );
        Assert.Equal(1, metrics.Sum("laddermill_attempts_total", pipeline, ("outcome", "failed")));
        Assert.Equal(4, metrics.Sum("laddermill_attempt_duration_seconds_count", pipeline));
        Assert.Equal(4, metrics.Sum("laddermill_job_duration_seconds_count", pipeline));
        Assert.Equal(4, metrics.Sum("laddermill_start_delay_seconds_count", pipeline));
        Assert.Equal(4, metrics.Sum("laddermill_admission_delay_seconds_count", pipeline));
        Assert.Equal(7000, metrics.Sum("laddermill_published_bytes_total", pipeline));
        Assert.Equal(20, metrics.Sum("laddermill_published_film_seconds_total", pipeline));
        Assert.Equal(5, metrics.Sum("laddermill_encode_speed_sum", pipeline));
        Assert.Equal(
            8,
            metrics.Sum("laddermill_phase_duration_seconds_sum", pipeline, ("phase", "encode")),
            6
        );
        Assert.True(
            metrics.Sum(
                "laddermill_store_operation_duration_seconds_count",
                ("store", $"file://{server.Inbox}"),
                ("operation", "head")
            ) >= 4
        );
        Assert.True(metrics.Sum("laddermill_ledger_commit_duration_seconds_count") >= 8);
        Assert.True(metrics.Sum("laddermill_ledger_commit_changes_sum") >= 12);
        Assert.True(metrics.Sum("laddermill_reconciliation_duration_seconds_count", pipeline) >= 1);
        Assert.True(
            metrics.Sum(
                "http_server_request_duration_seconds_count",
                ("http_route", "/jobs/"),
                ("http_response_status_code", "200")
            ) >= 1
        );
        Assert.True(metrics.Sum("dotnet_process_memory_working_set_bytes") > 1e6);
        var names = jobs.SelectMany(job => new[] { (string)job!["id"]!, (string)job["name"]! });
        Assert.DoesNotContain(
            metrics.Samples,
            sample => names.Any(name => sample.Series.Contains(name, StringComparison.Ordinal))
        );
    }

    [Fact(Timeout = 300_000)]
    public async Task While_a_job_runs_and_another_waits_both_are_seen()
    {
        var go = new TaskCompletionSource();
        var engine = new PlayedEngine(
            async (_, stop) =>
            {
                await go.Task.WaitAsync(stop);
                return new PlayedEnd(0);
            }
        );
        await using var server = await ServerUnderTest.StartAsync(
            engine,
            Configuration
                .Replace("measured", "waiting", StringComparison.Ordinal)
                .Replace("\"slots\": 3", "\"slots\": 1", StringComparison.Ordinal)
        );
        server.Drop("a.mp4", [1]);
        server.Drop("b.mp4", [1]);
        await server.JobsAsync(all =>
            all.Count == 2 && all.Any(job => (string?)job!["state"] == "running")
        );

        var metrics = await ReadAsync(server);
        go.SetResult();

        var pipeline = ("pipeline", "waiting");
        Assert.Equal(1, metrics.Sum("laddermill_jobs", pipeline, ("state", "running")));
        Assert.Equal(1, metrics.Sum("laddermill_jobs", pipeline, ("state", "queued")));
        Assert.True(metrics.Sum("laddermill_queue_age_seconds", pipeline) > 0);
        Assert.Equal(1, metrics.Sum("laddermill_slots", ("state", "used")));
        Assert.Equal(0, metrics.Sum("laddermill_slots", ("state", "free")));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_store_that_fails_is_counted_by_the_kind_of_its_failure()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            Configuration.Replace("measured", "broken", StringComparison.Ordinal)
        );
        var store = server
            .Services.GetRequiredService<PipelineSet>()
            .Open(server.Services.GetRequiredService<PipelineSet>().All[0].Source);

        await File.WriteAllBytesAsync(
            Path.Combine(server.Inbox, "a.txt"),
            [1],
            TestContext.Current.CancellationToken
        );
        await Assert.ThrowsAsync<ObjectChangedException>(() =>
            store.ReadAsync("a.txt", 0, null, "other", TestContext.Current.CancellationToken)
        );

        var metrics = await ReadAsync(server);
        Assert.Equal(
            1,
            metrics.Sum(
                "laddermill_store_operation_duration_seconds_count",
                ("store", store.Name),
                ("operation", "read"),
                ("error_type", "changed")
            )
        );
    }

    /// <summary>Alerts and dashboards are written by the documentation.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Metrics_and_their_documentation_name_the_same()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0, PlayedWords.Done(TimeProvider.System.GetUtcNow())),
            Configuration.Replace("measured", "documented", StringComparison.Ordinal)
        );
        server.Drop("a.mp4", [1]);
        await server.JobsAsync(all => all is [{ } job] && (string?)job["state"] == "succeeded");
        var instruments = server.Services.GetRequiredService<Instruments>();
        instruments.EventRecorded("ceph", TimeProvider.System.GetUtcNow().AddSeconds(-5));
        instruments.WebhookTried("hook", new WebhookResult.Gone(), instruments.Begin());

        var metrics = await ReadAsync(server);

        var documented = Documented()
            .Matches(await ReadPageAsync())
            .Select(match => match.Groups[1].Value);
        Assert.Equal(
            documented.Order(StringComparer.Ordinal),
            metrics
                .Families.Where(name => name.StartsWith("laddermill_", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
        Assert.InRange(
            metrics.Sum("laddermill_event_delay_seconds_sum", ("source", "ceph")),
            5,
            300
        );
    }

    private static Task<string> ReadPageAsync() =>
        File.ReadAllTextAsync(
            Repository.PathTo("docs", "telemetry.md"),
            TestContext.Current.CancellationToken
        );

    [GeneratedRegex(@"^\| `laddermill\.[a-z.]+` \(`([a-z_]+)`\)", RegexOptions.Multiline)]
    private static partial Regex Documented();

    private static async Task<Exposition> ReadAsync(ServerUnderTest server)
    {
        using var answer = await server.Client.GetAsync(
            "/metrics",
            TestContext.Current.CancellationToken
        );
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        return Exposition.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
    }
}
