using System.Collections.Immutable;
using System.Text.Json;
using Laddermill.Engines;
using Laddermill.Jobs;
using Laddermill.Pricing;
using Laddermill.Server.Ledger;
using Laddermill.Server.Telemetry;

namespace Laddermill.Server.Running;

/// <summary>What an engine is handed for one attempt at a job.</summary>
internal static class WorkOrder
{
    /// <param name="prices">Of now; null when nobody says.</param>
    public static EngineWork Of(JobRow job, Prices? prices) =>
        new(
            job.Id,
            job.Attempts,
            ["work", prices is null ? job.Document : Priced(job.Document, prices)],
            Traces.ForWorker(job) is { } trace
                ? ImmutableSortedDictionary<string, string>.Empty.Add("TRACEPARENT", trace)
                : ImmutableSortedDictionary<string, string>.Empty
        );

    /// <summary>The worker tries its samples itself, however fast it is.</summary>
    private static string Priced(string document, Prices prices) =>
        JsonSerializer.Serialize(
            JobDocument.Parse(document) with
            {
                Prices = prices with { Speed = 1 },
            },
            WorkerJson.Default.JobDocument
        );
}
