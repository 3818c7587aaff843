using Laddermill.Server.Api;
using Laddermill.Server.Configuration;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Console.Pipelines;

/// <summary>How a pipeline fares, for people.</summary>
/// <param name="View">As the API shows it.</param>
/// <param name="Senders">Names of those who may send events for it.</param>
/// <param name="OldestQueued">When the job was announced that waits longest; null when none does.</param>
/// <param name="LastFailure">The last job that failed or was rejected; null when there is none.</param>
public sealed record PipelineNews(
    PipelineView View,
    IReadOnlyList<string> Senders,
    DateTimeOffset? OldestQueued,
    FailureNews? LastFailure
);

/// <param name="Reason">Its first line.</param>
public sealed record FailureNews(string Job, string Name, string Reason, DateTimeOffset Ended);

/// <summary>Looks at all pipelines for all viewers together: each look serves whoever asks within two seconds.</summary>
internal sealed class PipelineBoard(
    PipelineSet pipelines,
    ServerSetup setup,
    JobQueries queries,
    IDbContextFactory<LedgerContext> contexts,
    TimeProvider time
)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task<IReadOnlyList<PipelineNews>>? look;
    private long lookedAt;

    /// <summary>All of them, in the order of the configuration.</summary>
    public Task<IReadOnlyList<PipelineNews>> ReadAsync()
    {
        lock (gate)
        {
            var isOld = look is null || time.GetElapsedTime(lookedAt) > Fresh;
            if (isOld && look is not { IsCompleted: false })
            {
                (look, lookedAt) = (LookAsync(), time.GetTimestamp());
            }
            return look!;
        }
    }

    private async Task<IReadOnlyList<PipelineNews>> LookAsync()
    {
        var counts = await queries.CountByPipelineAsync(null, CancellationToken.None);
        var last = await queries.ReconciliationsAsync(CancellationToken.None);
        await using var ledger = await contexts.CreateDbContextAsync(CancellationToken.None);
        var news = new List<PipelineNews>();
        foreach (var pipeline in pipelines.All)
        {
            var view = PipelineView.Of(
                pipeline,
                last.GetValueOrDefault(pipeline.Name),
                counts[pipeline.Name]
            );
            news.Add(
                new PipelineNews(
                    view,
                    SendersOf(pipeline),
                    view.Jobs.Queued == 0 ? null : await OldestAsync(ledger, pipeline.Name),
                    view.Jobs.Failed + view.Jobs.Rejected == 0
                        ? null
                        : await FailureAsync(ledger, pipeline.Name)
                )
            );
        }
        return news;
    }

    private string[] SendersOf(Pipeline pipeline) =>
        [
            .. setup
                .Events.Where(each =>
                    each.Pipelines.IsEmpty || each.Pipelines.Contains(pipeline.Name)
                )
                .Select(each => each.Name),
        ];

    private static async Task<DateTimeOffset?> OldestAsync(LedgerContext ledger, string pipeline) =>
        JobView.Instant(
            await ledger
                .Jobs.Where(job => job.Pipeline == pipeline && job.State == JobState.Queued)
                .OrderBy(job => job.Created)
                .Select(job => (long?)job.Created)
                .FirstOrDefaultAsync()
        );

    private static async Task<FailureNews?> FailureAsync(LedgerContext ledger, string pipeline)
    {
        var found = await ledger
            .Jobs.Where(job =>
                job.Pipeline == pipeline
                && (job.State == JobState.Failed || job.State == JobState.Rejected)
            )
            .OrderByDescending(job => job.Created)
            .Select(job => new
            {
                job.Id,
                job.Name,
                job.Reason,
                job.Ended,
                job.Changed,
            })
            .FirstOrDefaultAsync();
        return found is null
            ? null
            : new FailureNews(
                found.Id,
                found.Name,
                (found.Reason ?? "").Split('\n')[0],
                JobView.Instant(found.Ended ?? found.Changed)!.Value
            );
    }
}
