using System.Collections.Concurrent;
using System.Security.Cryptography;
using Laddermill.Server.Api;
using Laddermill.Server.Intake;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Telemetry;
using Laddermill.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Uploads;

/// <summary>What somebody wants to upload.</summary>
/// <param name="Pipeline">Into the source of this one; null: of the only one.</param>
/// <param name="Name">As their machine calls it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Replaces">Take the place of an object of that name, rather than a free name.</param>
internal sealed record NewUpload(string? Pipeline, string Name, long Size, bool Replaces);

/// <summary>Takes uploads in: into the source of a pipeline, whose job begins as soon as the last byte has come.</summary>
internal sealed partial class UploadDesk(
    UploadBook book,
    UploadRoom room,
    PipelineSet pipelines,
    IntakeLoop intake,
    TimeProvider time,
    ILogger<UploadDesk> log
) : IDisposable
{
    private readonly ConcurrentDictionary<string, UploadTurn> turns = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim naming = new(1);

    public Upload? Find(string id) => book.Find(id);

    /// <summary>The bytes that have come.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public long OffsetOf(Upload upload) =>
        upload.IsWhole || TargetOf(upload) is not { } target
            ? upload.Size
            : target.OffsetOf(upload);

    /// <returns>The upload, or why there is none.</returns>
    public async Task<(Upload?, ProblemHttpResult?)> BeginAsync(
        NewUpload asked,
        CancellationToken cancellation
    )
    {
        var (pipeline, name, refusal) = UploadRules.Look(asked, pipelines);
        if (refusal is not null)
        {
            return (null, refusal);
        }
        var store = pipelines.Open(pipeline!.Source);
        if (UploadTarget.Of(store, book) is not { } target)
        {
            return (null, Problems.Unusable("No uploads there", $"{store.Name} takes none."));
        }
        // One at a time: two that come with the same name must not be given the same free one, nor the same room.
        await naming.WaitAsync(cancellation);
        try
        {
            var key =
                pipeline.Source.Key
                + (
                    asked.Replaces
                        ? name
                        : await FreeNameAsync(pipeline, store, name!, cancellation)
                );
            var now = time.GetUtcNow().UtcTicks;
            var upload = new Upload(
                RandomNumberGenerator.GetHexString(32, true),
                pipeline.Name,
                key[pipeline.Source.Key.Length..],
                key,
                asked.Size,
                asked.Replaces,
                now,
                now
            )
            {
                PartBytes = BucketUploads.PartBytesOf(asked.Size),
            };
            if (room.Objection(upload, target, NeedOf) is { } full)
            {
                return (null, full);
            }
            upload = await target.BeginAsync(upload, cancellation);
            await book.KeepAsync(upload, CancellationToken.None);
            Begun(upload.Id, upload.Pipeline, upload.Key, upload.Size);
            return (upload, null);
        }
        finally
        {
            naming.Release();
        }
    }

    /// <summary>Adds bytes, from <paramref name="offset"/> on, and makes the object when they are the last.</summary>
    /// <returns>The new offset, or why there is none.</returns>
    /// <exception cref="StoreException">The store refuses; what has come stays.</exception>
    /// <exception cref="OperationCanceledException">Whoever sends went away, or another request of the same came; what has come stays.</exception>
    public async Task<(long, ProblemHttpResult?)> AppendAsync(
        string id,
        long offset,
        Stream bytes,
        CancellationToken cancellation
    )
    {
        using var turn = await TakeAsync(id, cancellation);
        if (turn is null)
        {
            return (0, UploadRules.InUse());
        }
        if (book.Find(id) is not { } upload || TargetOf(upload) is not { } target)
        {
            return (0, UploadRules.Gone());
        }
        if (OffsetOf(upload) is var known && known != offset)
        {
            return (0, UploadRules.OtherOffset(known));
        }
        if (!upload.IsWhole)
        {
            upload = await GrowAsync(upload, target, bytes, turn.Either);
        }
        return (OffsetOf(upload), await FinishAsync(upload, target));
    }

    /// <summary>Waits until nobody adds to it (asking them to stop), and makes the object when only that is missing.</summary>
    /// <returns>The upload and its offset, or why there are none.</returns>
    public async Task<(Upload?, long, ProblemHttpResult?)> SettleAsync(
        string id,
        CancellationToken cancellation
    )
    {
        using var turn = await TakeAsync(id, cancellation);
        if (turn is null)
        {
            return (null, 0, UploadRules.InUse());
        }
        if (book.Find(id) is not { } upload || TargetOf(upload) is not { } target)
        {
            return (null, 0, UploadRules.Gone());
        }
        var problem = await FinishAsync(upload, target);
        upload = book.Find(id);
        return upload is null
            ? (null, 0, problem ?? UploadRules.Gone())
            : (upload, OffsetOf(upload), problem);
    }

    /// <summary>Gives an upload up; an object that was made stays.</summary>
    /// <returns>Why it cannot be; null when it is done.</returns>
    public async Task<ProblemHttpResult?> DropAsync(string id, CancellationToken cancellation)
    {
        using var turn = await TakeAsync(id, cancellation);
        if (turn is null)
        {
            return UploadRules.InUse();
        }
        if (book.Find(id) is not { } upload)
        {
            return UploadRules.Gone();
        }
        if (!upload.IsWhole && TargetOf(upload) is { } target)
        {
            await target.DropAsync(upload, cancellation);
            Dropped(upload.Id, upload.Key);
        }
        book.Forget(id);
        turns.TryRemove(id, out _);
        return null;
    }

    public void Dispose()
    {
        naming.Dispose();
        foreach (var turn in turns.Values)
        {
            turn.Dispose();
        }
    }

    private UploadTarget? TargetOf(Upload upload) =>
        pipelines.Find(upload.Pipeline) is { } pipeline
            ? UploadTarget.Of(pipelines.Open(pipeline.Source), book)
            : null;

    /// <summary>Bytes on a disk that are promised to an upload.</summary>
    private (string Disk, long Bytes) NeedOf(Upload upload) =>
        upload.IsWhole || TargetOf(upload) is not { } target
            ? ("", 0)
            : (target.Disk, target.NeedOf(upload));

    private async Task<Upload> GrowAsync(
        Upload upload,
        UploadTarget target,
        Stream bytes,
        CancellationToken cancellation
    )
    {
        try
        {
            return await target.AppendAsync(upload, bytes, cancellation);
        }
        // What has come stays.
        catch (Exception broken)
            when (broken
                    is OperationCanceledException
                        or Microsoft.AspNetCore.Connections.ConnectionResetException
                        or BadHttpRequestException
            )
        {
            throw new OperationCanceledException("The upload was cut off.", broken);
        }
        finally
        {
            await book.KeepAsync(
                book.Find(upload.Id)! with
                {
                    Touched = time.GetUtcNow().UtcTicks,
                },
                CancellationToken.None
            );
        }
    }

    /// <summary>Makes the object when all bytes are there; its job begins at once.</summary>
    private async Task<ProblemHttpResult?> FinishAsync(Upload upload, UploadTarget target)
    {
        if (upload.IsWhole || target.OffsetOf(upload) < upload.Size)
        {
            return null;
        }
        upload = book.Find(upload.Id)!;
        // Whoever sent it may be gone: the object is made all the same.
        if (await target.PublishAsync(upload, CancellationToken.None) is not { } made)
        {
            await target.DropAsync(upload, CancellationToken.None);
            book.Forget(upload.Id);
            return UploadRules.Taken(upload);
        }
        var prefix = upload.Key[..^upload.Name.Length];
        await book.KeepAsync(
            upload with
            {
                Key = made.Key,
                Name = made.Key[prefix.Length..],
                Version = made.ETag,
            },
            CancellationToken.None
        );
        Whole(upload.Id, upload.Pipeline, made.Key);
        await intake.AnnounceAsync(
            [
                new Announcement(
                    upload.Pipeline,
                    made.Key,
                    Trace: Traces.Found(upload.Pipeline, made.Key)
                ),
            ],
            CancellationToken.None
        );
        return null;
    }

    /// <summary>A name that neither an object has nor an upload that is under way.</summary>
    private async Task<string> FreeNameAsync(
        Pipeline pipeline,
        IObjectStore store,
        string name,
        CancellationToken cancellation
    )
    {
        var coming = book
            .All.Where(each => !each.IsWhole && each.Pipeline == pipeline.Name)
            .Select(each => each.Key)
            .ToHashSet(StringComparer.Ordinal);
        for (var number = 1; ; number++)
        {
            var free = UploadNames.Numbered(name, number);
            var key = pipeline.Source.Key + free;
            if (!coming.Contains(key) && await store.HeadAsync(key, cancellation) is null)
            {
                return free;
            }
        }
    }

    private Task<UploadTurn.Hold?> TakeAsync(string id, CancellationToken cancellation) =>
        turns.GetOrAdd(id, _ => new UploadTurn(time)).TakeAsync(cancellation);

    [LoggerMessage(
        LogLevel.Information,
        "Upload {Upload} into pipeline {Pipeline}: {Key}, {Size} bytes"
    )]
    private partial void Begun(string upload, string pipeline, string key, long size);

    [LoggerMessage(
        LogLevel.Information,
        "Upload {Upload} into pipeline {Pipeline}: {Key} is there"
    )]
    private partial void Whole(string upload, string pipeline, string key);

    [LoggerMessage(LogLevel.Information, "Upload {Upload} of {Key} is given up")]
    private partial void Dropped(string upload, string key);
}
