using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Laddermill.Engines;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Load;

/// <summary>Announces uploads to a real server over HTTP, and measures what becomes of them. Buckets are in memory, and workers end at once.</summary>
internal sealed class UploadLoad : IAsyncDisposable
{
    private const string Secret = "a-secret-of-the-load";

    private readonly MemoryStore source = new("in", TimeProvider.System);
    private readonly MemoryStore destination = new("out", TimeProvider.System);
    private readonly ConcurrentDictionary<string, long> sent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long At, int Count)> started = new(
        StringComparer.Ordinal
    );

    // Workers pass it one by one; wide open unless they are held.
    private SemaphoreSlim gate = new(int.MaxValue);
    private readonly PlayedEngine engine;
    private ServerUnderTest server = null!;

    private UploadLoad() =>
        engine = new PlayedEngine(
            async (work, cancellation) =>
            {
                var now = TimeProvider.System.GetTimestamp();
                started.AddOrUpdate(
                    KeyOf(work),
                    (now, 1),
                    (_, before) => (before.At, before.Count + 1)
                );
                await gate.WaitAsync(cancellation);
                return new PlayedEnd(0, """{"result":{"state":"done"}}""");
            }
        );

    public int Started => started.Count;

    /// <summary>From now on workers run until they are released.</summary>
    public void Hold() => gate = new SemaphoreSlim(0);

    /// <summary>Lets so many workers end.</summary>
    public void Release(int count) => gate.Release(count);

    /// <summary>Waits until so many jobs wait in the queue.</summary>
    public async Task QueuedAsync(int count)
    {
        var queries = server.Services.GetRequiredService<Server.Api.JobQueries>();
        while (
            (await queries.CountAsync(TestContext.Current.CancellationToken)).GetValueOrDefault(
                Server.Ledger.JobState.Queued
            ) < count
        )
        {
            await PauseAsync();
        }
    }

    /// <summary>Waits until so many jobs were begun.</summary>
    public async Task StartedAsync(int count)
    {
        while (started.Count < count)
        {
            await PauseAsync();
        }
    }

    /// <summary>Jobs that were begun more than once.</summary>
    public int Twice => started.Count(each => each.Value.Count > 1);

    public static async Task<UploadLoad> StartAsync(string? postgres, int slots, TimeSpan reconcile)
    {
        var load = new UploadLoad();
        var ledger = postgres is null ? "" : """ "ledger": { "provider": "postgresql" }, """;
        load.server = await ServerUnderTest.StartAsync(
            load.engine,
            $$"""
            {{ledger}}
            "engine": { "slots": {{slots}} }, "access": { "requestsPerSecond": 0 },
            "pipelines": [{ "name": "films", "source": "s3://in", "destination": "s3://out", "reconcile": "{{reconcile}}" }],
            "events": [{ "name": "load" }]
            """,
            variable: name =>
                name switch
                {
                    "LADDERMILL_EVENTS_LOAD" => Secret,
                    "LADDERMILL_LEDGER" => postgres,
                    _ => null,
                },
            change: services =>
                services.AddSingleton(provider => new PipelineSet(
                    provider.GetRequiredService<Server.Configuration.ServerSetup>().Pipelines,
                    TimeProvider.System,
                    location => location.Bucket == "in" ? load.source : load.destination
                ))
        );
        return load;
    }

    /// <summary>Puts objects into the source bucket.</summary>
    /// <returns>Their keys.</returns>
    public async Task<List<string>> UploadAsync(string prefix, int count)
    {
        var keys = Enumerable
            .Range(0, count)
            .Select(number => $"{prefix}{number:000000}.mp4")
            .ToList();
        foreach (var key in keys)
        {
            await source.PutAsync(
                key,
                "film"u8.ToArray(),
                new PutOptions("video/mp4"),
                PutCondition.None,
                CancellationToken.None
            );
        }
        return keys;
    }

    /// <summary>Sends an event for each of the keys, several at once.</summary>
    /// <param name="perSecond">Null: as fast as they are taken.</param>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> AnnounceAsync(IReadOnlyList<string> keys, double? perSecond)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(
            keys.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (each, cancellation) =>
            {
                if (perSecond is { } rate)
                {
                    var due = TimeSpan.FromSeconds(each.Index / rate);
                    var rest = due - TimeProvider.System.GetElapsedTime(began);
                    if (rest > TimeSpan.Zero)
                    {
                        await Task.Delay(rest, TimeProvider.System, cancellation);
                    }
                }
                sent.TryAdd(each.Item, TimeProvider.System.GetTimestamp());
                using var answer = await server.Client.PostAsJsonAsync(
                    $"/events/load/{Secret}",
                    EventOf(each.Item),
                    JsonSerializerOptions.Default,
                    cancellation
                );
                Assert.True(
                    answer.IsSuccessStatusCode,
                    await answer.Content.ReadAsStringAsync(cancellation)
                );
            }
        );
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Waits until so many jobs were begun, and all that were are over.</summary>
    public async Task EndAsync(int count)
    {
        while (started.Count < count)
        {
            await PauseAsync();
        }
        while (
            (await server.GetAsync("/jobs?state=queued,running&limit=1"))["items"]!.AsArray().Count
            > 0
        )
        {
            await PauseAsync();
        }
    }

    /// <summary>From the sending of the first event of an object to the start of its worker, in ms: the median and the 99th percentile.</summary>
    public (double P50, double P99) Latency(IEnumerable<string> keys)
    {
        var all = keys.Select(key =>
                TimeProvider.System.GetElapsedTime(sent[key], started[key].At).TotalMilliseconds
            )
            .Order()
            .ToList();
        return (all[all.Count / 2], all[(int)(all.Count * 0.99)]);
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private static object EventOf(string key) =>
        new
        {
            Records = new[]
            {
                new
                {
                    eventSource = "aws:s3",
                    eventName = "ObjectCreated:Put",
                    eventTime = "2026-01-01T00:00:00.000Z",
                    s3 = new
                    {
                        bucket = new { name = "in" },
                        @object = new
                        {
                            key,
                            size = 4,
                            eTag = "x",
                        },
                    },
                },
            },
        };

    private static string KeyOf(EngineWork work) =>
        JsonDocument.Parse(work.Arguments[1]).RootElement.GetProperty("source").GetString()![
            "s3://in/".Length..
        ];

    private static Task PauseAsync() =>
        Task.Delay(
            TimeSpan.FromMilliseconds(20),
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
}
