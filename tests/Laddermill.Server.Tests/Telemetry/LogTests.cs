using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laddermill.Server.Tests.TestServers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Laddermill.Server.Tests.Telemetry;

/// <summary>What the program itself writes.</summary>
public sealed partial class LogTests
{
    private const string Configuration = """
        {
          "listen": "http://127.0.0.1:0",
          "pipelines": [{ "name": "films", "source": "inbox", "destination": "outbox", "settle": "00:00:00.1", "maxAttempts": 1 }],
          "events": [{ "name": "ceph", "secretFile": "ceph.secret" }],
          "webhooks": [{ "name": "hook", "url": "http://127.0.0.1:9/hook" }],
          "telemetry": { "jsonLogs": true, "otlp": "http://127.0.0.1:9" }
        }
        """;

    [Fact(Timeout = 300_000)]
    public async Task Every_line_about_a_job_has_its_id_and_none_has_a_secret()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-logs-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "ceph.secret"),
            "hush-events-hush-events",
            TestContext.Current.CancellationToken
        );
        var file = Path.Combine(folder, "laddermill.json");
        await File.WriteAllTextAsync(file, Configuration, TestContext.Current.CancellationToken);
        using var server = await ServerProcess.StartAsync(
            file,
            ("LADDERMILL_WEBHOOK_HOOK", "whsec_aHVzaC1ob29rLWh1c2gtaG9vay1odXNoLWhvb2stMDA="),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hush-otlp")
        );
        var cancellation = TestContext.Current.CancellationToken;
        foreach (
            var path in new[] { "/events/ceph/hush-events-hush-events", "/events/ceph/hush-wrong" }
        )
        {
            using var body = new StringContent("""{"Records": "none"}""");
            (await server.Client.PostAsync(path, body, cancellation)).Dispose();
        }
        using var wrong = new StringContent("""{"source":"/etc/hush-source"}""");
        (await server.Client.PostAsync("/jobs", wrong, cancellation)).Dispose();
        await File.WriteAllTextAsync(
            Path.Combine(folder, "inbox", "broken.mp4"),
            "no film at all",
            cancellation
        );
        while ((await server.JobsAsync()) is not [{ } job] || (string?)job["state"] != "rejected")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
        }

        var log = await server.EndAsync();

        Directory.Delete(folder, recursive: true);
        Assert.DoesNotContain("hush", log, StringComparison.Ordinal);
        Assert.DoesNotContain("aHVzaC1ob29r", log, StringComparison.Ordinal);
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .ToList();
        var aboutJobs = lines
            .Where(line =>
                JobId().IsMatch(line.ToJsonString())
                || ((string)line["Category"]!).EndsWith("JobRunner", StringComparison.Ordinal)
            )
            .ToList();
        // Entered, started, ended.
        Assert.True(aboutJobs.Count >= 3, log);
        Assert.All(aboutJobs, line => Assert.Matches(JobId(), (string?)line["State"]?["Job"]));
        var scopes = aboutJobs
            .Where(line => (string?)line["Category"] == "Laddermill.Server.Running.JobRunner")
            .Select(line => line["Scopes"]!.ToJsonString());
        Assert.All(scopes, scope => Assert.Contains("\"Job\"", scope, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_would_steer_a_terminal_does_not()
    {
        var entry = new LogEntry<string>(
            LogLevel.Information,
            "Intake",
            new EventId(7),
            "file:///inbox/\u001b[2J\r\nfake line\u202e é.mp4",
            null,
            (state, _) => state
        );
        using var written = new StringWriter();

        new LineFormatter().Write(entry, null, written);

        Assert.EndsWith(
            " info: Intake[7] file:///inbox/?[2J  fake line? é.mp4" + Environment.NewLine,
            written.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_database_that_cannot_be_reached_is_told_without_its_password()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-logs-").FullName;
        var file = Path.Combine(folder, "laddermill.json");
        await File.WriteAllTextAsync(
            file,
            """{ "listen": "http://127.0.0.1:0", "ledger": { "provider": "postgresql" } }""",
            TestContext.Current.CancellationToken
        );
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Laddermill.Server"),
            ["--config", file]
        )
        {
            RedirectStandardError = true,
        };
        start.Environment["LADDERMILL_LEDGER"] =
            "Host=127.0.0.1;Port=9;Username=u;Password=hush-ledger";
        using var server = Process.Start(start)!;

        var words = await server.StandardError.ReadToEndAsync(
            TestContext.Current.CancellationToken
        );
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);

        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, server.ExitCode);
        Assert.Contains("the ledger cannot be opened", words, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", words, StringComparison.Ordinal);
    }

    [GeneratedRegex("[a-z2-7]{26}")]
    private static partial Regex JobId();
}
