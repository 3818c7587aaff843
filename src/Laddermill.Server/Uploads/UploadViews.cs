using Laddermill.Server.Api;
using Laddermill.Server.Configuration;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Uploads;

/// <summary>How an upload fares.</summary>
/// <param name="Id">Part of its address.</param>
/// <param name="Pipeline">Whose source it goes into.</param>
/// <param name="Name">What it is called there.</param>
/// <param name="Source">Address of the object that it becomes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Offset">Bytes that have come.</param>
/// <param name="IsWhole">Whether the object is there.</param>
/// <param name="Expires">When it is given up, if nothing comes.</param>
/// <param name="Job">Id of its job; null until there is one.</param>
public sealed record UploadView(
    string Id,
    string Pipeline,
    string Name,
    string Source,
    long Size,
    long Offset,
    bool IsWhole,
    DateTimeOffset Expires,
    string? Job
);

/// <summary>What there is to see of uploads.</summary>
internal sealed class UploadViews(
    UploadDesk desk,
    PipelineSet pipelines,
    UploadsOptions options,
    IDbContextFactory<LedgerContext> contexts
)
{
    /// <summary>Null when there is no such upload.</summary>
    public async Task<UploadView?> FindAsync(string id, CancellationToken cancellation) =>
        desk.Find(id) is { } upload && pipelines.Find(upload.Pipeline) is { } pipeline
            ? new UploadView(
                upload.Id,
                upload.Pipeline,
                upload.Name,
                pipeline.AddressOf(upload.Key),
                upload.Size,
                desk.OffsetOf(upload),
                upload.IsWhole,
                JobView.Instant(upload.Touched + options.Keep.Ticks)!.Value,
                upload.IsWhole ? await JobOfAsync(upload, cancellation) : null
            )
            : null;

    private async Task<string?> JobOfAsync(Upload upload, CancellationToken cancellation)
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        return await ledger
            .Jobs.Where(job =>
                job.Pipeline == upload.Pipeline
                && job.SourceKey == upload.Key
                && job.SourceVersion == upload.Version
            )
            .Select(job => job.Id)
            .FirstOrDefaultAsync(cancellation);
    }
}
