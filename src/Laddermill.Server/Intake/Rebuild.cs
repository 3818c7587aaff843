using System.Text.Json;
using Laddermill.Jobs;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Running;
using Laddermill.Storage;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Intake;

/// <summary>
/// Fills an empty ledger from the outcomes that lie in the destinations: what was done, or rejected for good, is known again, also where its source is
/// gone. What failed is not among it: its source is found anew, and tried anew.
/// </summary>
public sealed partial class Rebuild(
    PipelineSet pipelines,
    LedgerWriter writer,
    IDbContextFactory<LedgerContext> contexts,
    ILogger<Rebuild> log
)
{
    private const int Together = 200;

    public async Task RunAsync(CancellationToken cancellation)
    {
        await using (var ledger = await contexts.CreateDbContextAsync(cancellation))
        {
            if (await ledger.Jobs.AnyAsync(cancellation))
            {
                return;
            }
        }
        foreach (var destination in pipelines.All.Select(each => each.Destination).Distinct())
        {
            try
            {
                var found = await OfDestinationAsync(destination, cancellation);
                if (found > 0)
                {
                    Found(destination.ToString(), found);
                }
            }
            // A new installation may have no such bucket yet, or none that may be listed.
            catch (StoreException trouble)
            {
                Trouble(destination.ToString(), trouble.Message);
            }
        }
    }

    private async Task<int> OfDestinationAsync(
        ObjectLocation destination,
        CancellationToken cancellation
    )
    {
        var store = pipelines.Open(destination);
        var prefix = destination.Key + JobOutcome.KeyPrefix;
        var (count, rows) = (0, new List<JobRow>());
        await foreach (var each in store.ListAsync(prefix, cancellation))
        {
            var bytes = await store.ReadSmallAsync(each.Key, cancellation);
            if (
                bytes is not null
                && JobOutcome.Parse(bytes) is { State: not JobEnd.Failed } outcome
                && RowOf(outcome, destination) is { } row
            )
            {
                rows.Add(row);
                count++;
            }
            if (rows.Count == Together)
            {
                await EnterAsync(rows);
                rows = [];
            }
        }
        await EnterAsync(rows);
        return count;
    }

    private Task EnterAsync(List<JobRow> rows) =>
        writer.WriteAsync(async ledger =>
        {
            foreach (var row in rows)
            {
                await JobQueue.InsertAsync(ledger, row);
            }
        });

    /// <summary>Null when the outcome's source is no address.</summary>
    private JobRow? RowOf(JobOutcome outcome, ObjectLocation destination)
    {
        ObjectLocation source;
        try
        {
            source = ObjectLocation.ParseSource(outcome.Source, "/");
        }
        catch (AddressException)
        {
            return null;
        }
        var pipeline = pipelines.Holding(source);
        var document =
            pipeline is not null && pipelines.KeyIn(pipeline, source) is { } key
                ? pipeline.Document(key)
                : new JobDocument
                {
                    Source = source.ToString(),
                    Destination = destination.ToString(),
                    Name = outcome.Folder,
                };
        var ended = outcome.Ended.UtcTicks;
        return new JobRow
        {
            Id = outcome.Job,
            Pipeline = pipeline?.Name ?? "",
            Source = source.ToString(),
            Name = outcome.Folder,
            Destination = destination.ToString(),
            Document = JsonSerializer.Serialize(document, WorkerJson.Default.JobDocument),
            State = outcome.State == JobEnd.Done ? JobState.Succeeded : JobState.Rejected,
            Code = outcome.Code,
            Reason = outcome.Reason,
            Revision = outcome.Revision,
            Attempts = outcome.Attempts,
            MaxAttempts = pipeline?.MaxAttempts ?? Admission.DefaultAttempts,
            Created = ended,
            Queued = ended,
            Ended = ended,
            Changed = ended,
        };
    }

    [LoggerMessage(
        LogLevel.Information,
        "The ledger was empty: {Count} jobs are known from the outcomes in {Destination}"
    )]
    private partial void Found(string destination, int count);

    [LoggerMessage(
        LogLevel.Warning,
        "The ledger is empty, and no outcomes can be read in {Destination}: {Reason}"
    )]
    private partial void Trouble(string destination, string reason);
}
