using System.Net.Http.Json;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class TracesTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = "b7ad6b7169203331";

    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    private static readonly string[] WorkerPhases =
    [
        "worker probe",
        "worker plan",
        "worker encode",
        "worker verify",
        "worker publish",
    ];

    [Fact(Timeout = 300_000)]
    public async Task A_request_is_followed_from_its_caller_to_the_end_of_the_run()
    {
        await using var receiver = await OtlpReceiver.StartAsync(isGrpc: false);
        var began = TimeProvider.System.GetUtcNow();
        var engine = PlayedEngine.Ending(0, PlayedWords.Done(began));
        var id = "";
        await using (var server = await StartAsync(engine, receiver, "http/protobuf"))
        {
            // Not by the watch: it is to be asked for.
            Directory.CreateDirectory(server.Inbox);
            await File.WriteAllBytesAsync(
                Path.Combine(server.Inbox, "asked.txt"),
                [1],
                TestContext.Current.CancellationToken
            );
            using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs")
            {
                Content = JsonContent.Create(new { source = "asked.txt" }),
            };
            request.Headers.Add("traceparent", $"00-{Trace}-{Caller}-01");
            using var answer = await server.Client.SendAsync(
                request,
                TestContext.Current.CancellationToken
            );
            answer.EnsureSuccessStatusCode();
            id = answer.Headers.Location!.ToString().Split('/')[^1];
            await server.EndOfAsync(id);
        }

        Assert.Contains("/v1/traces", receiver.Paths);
        Assert.Contains("/v1/metrics", receiver.Paths);
        var spans = receiver.Spans.Where(span => span.Trace == Trace).ToList();
        var byName = spans
            .Where(span => !span.Name.StartsWith("store", StringComparison.Ordinal))
            .ToDictionary(span => span.Name);
        var request0 = byName["POST /jobs/"];
        var attempt = byName["attempt"];
        Assert.Equal(Caller, request0.Parent);
        Assert.Equal("201", request0.Tags["http.response.status_code"]);
        Assert.All(
            [byName["admit"], byName["queue"], attempt],
            span => Assert.Equal(request0.Id, span.Parent)
        );
        Assert.All(
            [byName["start"], byName["run"], byName["finish"], byName["worker encode"]],
            span => Assert.Equal(attempt.Id, span.Parent)
        );
        Assert.Equal(id, attempt.Tags["laddermill.job.id"]);
        Assert.Equal("succeeded", attempt.Tags["laddermill.attempt.outcome"]);
        Assert.Equal(
            $"00-{Trace}-{attempt.Id}-01",
            engine.Started.Single().Environment["TRACEPARENT"]
        );
        // As the worker told, not as it was heard of.
        Assert.Equal(began.AddSeconds(0.1), byName["worker encode"].Start, Microsecond);
        Assert.Equal(began.AddSeconds(4.1), byName["worker encode"].End, Microsecond);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_file_that_is_found_is_followed_into_its_worker_up_to_the_last_put()
    {
        await using var receiver = await OtlpReceiver.StartAsync(isGrpc: true);
        var film = await Films.MakeAsync();
        string id;
        await using (var server = await StartAsync(null, receiver, "grpc"))
        {
            server.Drop("film.mp4", film);
            id = (string)
                (
                    await server.JobsAsync(all =>
                        all is [{ } job] && (string?)job["state"] == "succeeded"
                    )
                )[0]!["id"]!;
            var job = await server.GetAsync($"/jobs/{id}");
            Assert.NotNull((string?)job["result"]!["trace"]);
        }

        var attempt = receiver.Spans.Single(span =>
            span.Name == "attempt" && span.Tags["laddermill.job.id"] == id
        );
        var trace = receiver.Spans.Where(span => span.Trace == attempt.Trace).ToList();
        var root = trace.Single(span => span.Parent.Length == 0);
        Assert.Equal("find", root.Name);
        Assert.Equal(root.Id, trace.Single(span => span.Name == "admit").Parent);
        var run = trace.Single(span => span.Name == "run");
        var phases = trace
            .Where(span => span.Name.StartsWith("worker", StringComparison.Ordinal))
            .OrderBy(span => span.Start)
            .ToList();
        Assert.Equal(WorkerPhases, phases.Select(span => span.Name).Where(WorkerPhases.Contains));
        Assert.All(phases, span => Assert.Equal(attempt.Id, span.Parent));
        Assert.InRange(phases[0].Start, run.Start.AddMilliseconds(-50), run.End);
        Assert.InRange(phases[^1].End, run.Start, run.End.AddMilliseconds(50));
        Assert.All(
            phases.Zip(phases.Skip(1)),
            pair =>
                Assert.InRange(
                    (pair.Second.Start - pair.First.End).Duration(),
                    TimeSpan.Zero,
                    TimeSpan.FromMilliseconds(2)
                )
        );
    }

    [Fact(Timeout = 300_000)]
    public async Task An_attempt_that_fails_is_an_error_in_its_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync(isGrpc: false);
        await using (
            var server = await StartAsync(PlayedEngine.Ending(1), receiver, "http/protobuf")
        )
        {
            server.Drop("bad.mp4", [1]);
            await server.JobsAsync(all => all is [{ } job] && (string?)job["state"] == "failed");
        }

        var attempt = receiver.Spans.Single(span => span.Name == "attempt");
        Assert.True(attempt.IsError);
        Assert.Equal("failed", attempt.Tags["laddermill.attempt.outcome"]);
    }

    private static Task<ServerUnderTest> StartAsync(
        PlayedEngine? engine,
        OtlpReceiver receiver,
        string protocol
    ) =>
        ServerUnderTest.StartAsync(
            engine,
            $$"""
            "pipelines": [{ "name": "traced", "source": "inbox", "destination": "outbox", "settle": "00:00:00.1", "maxAttempts": 1, "exclude": ["*.txt"] }],
            "telemetry": { "otlp": "{{receiver.Address}}", "otlpProtocol": "{{protocol}}" }
            """
        );
}
