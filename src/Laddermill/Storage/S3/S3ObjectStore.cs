using System.Net;
using System.Runtime.InteropServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Laddermill.Storage.S3;

/// <summary>
/// A bucket on Amazon S3 or any server that speaks its protocol (MinIO, Ceph, OCI's compatibility API). Retries are the SDK's own. Conditional
/// puts need a server that honours <c>If-None-Match</c> and <c>If-Match</c> on PutObject.
/// </summary>
public sealed class S3ObjectStore(string bucket, IAmazonS3 client, TimeProvider? time = null)
    : IObjectStore
{
    private const int DeleteBatch = 1000;
    private const int MaxRefusals = 5;
    private const string PutIdKey = "laddermill-put";

    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Objects that come in parts.</summary>
    public IPartedUploads Parted { get; } = new S3PartedUploads(bucket, $"s3://{bucket}", client);

    private readonly S3Headers headers = new(bucket, $"s3://{bucket}", client);
    private readonly S3Listing listing = new(bucket, $"s3://{bucket}", client);
    private bool quoteOnPut;

    public string Name { get; } = $"s3://{bucket}";

    public ObjectIdentity Identify(string key) =>
        new("s3", client.Config.ServiceURL?.TrimEnd('/') ?? "", bucket, key);

    public async Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation)
    {
        KeyRules.Check(Name, key);
        return (await headers.FindAsync(key, cancellation).ConfigureAwait(false)) is { } found
            ? S3Headers.Stored(key, found)
            : null;
    }

    public async Task<Stream?> ReadAsync(
        string key,
        long offset,
        long? length,
        string? ifMatch,
        CancellationToken cancellation
    )
    {
        KeyRules.Check(Name, key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        if (length == 0)
            return await ReadNothingAsync(key, ifMatch, cancellation).ConfigureAwait(false);
        var last =
            length is null || offset > long.MaxValue - length
                ? long.MaxValue
                : offset + length.Value - 1;
        var request = new GetObjectRequest
        {
            BucketName = bucket,
            Key = key,
            EtagToMatch = ifMatch is null ? null : S3Headers.Quoted(ifMatch),
            ByteRange =
                last == long.MaxValue
                    ? offset == 0
                        ? null
                        : new ByteRange($"bytes={offset}-")
                    : new ByteRange(offset, last),
        };
        try
        {
            var answer = await client.GetObjectAsync(request, cancellation).ConfigureAwait(false);
            return Body(answer, key, offset, request.ByteRange is not null);
        }
        catch (AmazonS3Exception e)
            when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
        catch (AmazonS3Exception e)
            when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await ReadNothingAsync(key, ifMatch, cancellation).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            throw Changed(key, ifMatch!);
        }
        catch (Exception e) when (S3Errors.IsOurs(e, cancellation))
        {
            throw S3Errors.Of("read", key, Name, e);
        }
    }

    public async Task<StoredObject?> PutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        CancellationToken cancellation
    )
    {
        KeyRules.Check(Name, key);
        var putId = Guid.NewGuid().ToString("n");
        for (var attempt = 1; ; attempt++)
        {
            var request = PutRequest(key, content, options, condition, putId);
            try
            {
                var put = await client.PutObjectAsync(request, cancellation).ConfigureAwait(false);
                return new(key, content.Length, S3Headers.Unquoted(put.ETag), time.GetUtcNow());
            }
            catch (AmazonS3Exception e) when (IsRefusal(e, condition))
            {
                var found = await headers.FindAsync(key, cancellation).ConfigureAwait(false);
                // When an answer is lost the SDK tries again, and then our own first try is in the way.
                if (found?.Metadata[PutIdKey] == putId)
                    return S3Headers.Stored(key, found);
                var holds = condition.IfAbsent
                    ? found is null
                    : condition.IfMatch == S3Headers.Unquoted(found?.ETag);
                if (!holds)
                    return null;
                if (attempt == MaxRefusals)
                    throw S3Errors.Of("put", key, Name, e);
                // Some servers take the tag of a put only with its quotes, others only without (Ceph before 20, DigitalOcean).
                quoteOnPut ^= e.StatusCode == HttpStatusCode.PreconditionFailed;
            }
            catch (Exception e) when (S3Errors.IsOurs(e, cancellation))
            {
                throw S3Errors.Of("put", key, Name, e);
            }
        }
    }

    private PutObjectRequest PutRequest(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        string putId
    )
    {
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            InputStream = AsStream(content),
            ContentType = options.ContentType,
            IfNoneMatch = condition.IfAbsent ? "*" : null,
            IfMatch =
                condition.IfMatch is { } tag && quoteOnPut
                    ? S3Headers.Quoted(tag)
                    : condition.IfMatch,
            // One signature over the whole body: few servers but Amazon's know its signed chunks.
            UseChunkEncoding = false,
        };
        if (options.CacheControl is not null)
            request.Headers.CacheControl = options.CacheControl;
        if (condition != PutCondition.None)
            request.Metadata[PutIdKey] = putId;
        return request;
    }

    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        CancellationToken cancellation
    ) => listing.AllAsync(prefix, cancellation);

    public Task<FolderPage> ListFolderAsync(
        string prefix,
        string? after,
        int most,
        CancellationToken cancellation
    ) => listing.FolderAsync(prefix, after, most, cancellation);

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        foreach (var key in keys)
            KeyRules.Check(Name, key);
        foreach (var batch in keys.Chunk(DeleteBatch))
        {
            var request = new DeleteObjectsRequest { BucketName = bucket, Quiet = true };
            foreach (var key in batch)
                request.AddKey(key);
            try
            {
                await client.DeleteObjectsAsync(request, cancellation).ConfigureAwait(false);
            }
            catch (DeleteObjectsException e) when (e.Response.DeleteErrors is [var first, ..])
            {
                throw new StoreException(
                    $"Cannot delete {e.Response.DeleteErrors.Count} of {batch.Length} objects in {Name}: '{KeyRules.Show(first.Key)}' got {first.Code} (request id {e.RequestId ?? "none"}): {first.Message}",
                    e
                )
                {
                    IsTransient = first.Code is "InternalError" or "SlowDown",
                };
            }
            catch (Exception e) when (S3Errors.IsOurs(e, cancellation))
            {
                throw S3Errors.Of("delete", batch[0], Name, e);
            }
        }
    }

    private async Task<Stream?> ReadNothingAsync(
        string key,
        string? ifMatch,
        CancellationToken cancellation
    )
    {
        var found = await HeadAsync(key, cancellation).ConfigureAwait(false);
        if (found is not null && ifMatch is not null && found.ETag != ifMatch)
            throw Changed(key, ifMatch);
        return found is null ? null : Stream.Null;
    }

    private BodyStream Body(GetObjectResponse answer, string key, long offset, bool ranged)
    {
        StoreException Failed(string reason, Exception? inner) =>
            new($"Cannot read '{KeyRules.Show(key)}' in {Name}: {reason}.", inner)
            {
                IsTransient = true,
            };
        // A server that knows no ranges sends the whole object.
        if (
            ranged
            && answer.ContentRange?.StartsWith($"bytes {offset}-", StringComparison.Ordinal) != true
        )
        {
            answer.Dispose();
            throw Failed("the server did not send the range that was asked for", null);
        }
        return new(answer.ResponseStream, answer.ContentLength, answer, Failed, time);
    }

    private static bool IsRefusal(AmazonS3Exception e, PutCondition condition) =>
        e.StatusCode == HttpStatusCode.PreconditionFailed
        // Another put of the same key is under way.
        || e.StatusCode == HttpStatusCode.Conflict && e.ErrorCode == "ConditionalRequestConflict"
        // Nothing is there to match.
        || e.ErrorCode == "NoSuchKey" && condition.IfMatch is not null;

    private ObjectChangedException Changed(string key, string ifMatch) =>
        new($"The object '{KeyRules.Show(key)}' in {Name} is no longer version {ifMatch}.");

    internal static MemoryStream AsStream(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);
}
