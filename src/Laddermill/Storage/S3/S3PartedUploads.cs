using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Laddermill.Storage.S3;

/// <summary>
/// Multipart uploads of one bucket. Not every server honours <c>If-None-Match</c> when an upload is completed, so the object is looked for before as well.
/// </summary>
internal sealed class S3PartedUploads(string bucket, string store, IAmazonS3 client)
    : IPartedUploads
{
    private readonly S3Headers headers = new(bucket, store, client);

    public async Task<string> BeginAsync(
        string key,
        PutOptions options,
        CancellationToken cancellation
    )
    {
        KeyRules.Check(store, key);
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = bucket,
            Key = key,
            ContentType = options.ContentType,
        };
        if (options.CacheControl is not null)
            request.Headers.CacheControl = options.CacheControl;
        return (
            await CallAsync(
                    "begin",
                    key,
                    () => client.InitiateMultipartUploadAsync(request, cancellation),
                    cancellation
                )
                .ConfigureAwait(false)
        ).UploadId;
    }

    public async Task<string> PutPartAsync(
        string key,
        string upload,
        int number,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellation
    )
    {
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = upload,
            PartNumber = number,
            PartSize = content.Length,
            InputStream = S3ObjectStore.AsStream(content),
            // One signature over the whole part: few servers but Amazon's know its signed chunks.
            UseChunkEncoding = false,
        };
        return (
            await CallAsync(
                    "put a part of",
                    key,
                    () => client.UploadPartAsync(request, cancellation),
                    cancellation
                )
                .ConfigureAwait(false)
        ).ETag;
    }

    public async Task<StoredObject?> CompleteAsync(
        string key,
        string upload,
        IReadOnlyList<string> parts,
        PutCondition condition,
        CancellationToken cancellation
    )
    {
        if (
            condition.IfAbsent
            && await headers.FindAsync(key, cancellation).ConfigureAwait(false) is not null
        )
            return null;
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = upload,
            PartETags = [.. parts.Select((tag, index) => new PartETag(index + 1, tag))],
            IfNoneMatch = condition.IfAbsent ? "*" : null,
            IfMatch = condition.IfMatch,
        };
        try
        {
            await client.CompleteMultipartUploadAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return null;
        }
        catch (Exception e) when (S3Errors.IsOurs(e, cancellation))
        {
            throw S3Errors.Of("complete", key, store, e);
        }
        var found = await headers.FindAsync(key, cancellation).ConfigureAwait(false);
        return found is null
            ? throw new StoreException(
                $"Cannot find '{KeyRules.Show(key)}' in {store} though it was just completed; was it deleted?"
            )
            : S3Headers.Stored(key, found);
    }

    public async Task AbortAsync(string key, string upload, CancellationToken cancellation)
    {
        try
        {
            await client
                .AbortMultipartUploadAsync(bucket, key, upload, cancellation)
                .ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound) { }
        catch (Exception e) when (S3Errors.IsOurs(e, cancellation))
        {
            throw S3Errors.Of("abort", key, store, e);
        }
    }

    private async Task<T> CallAsync<T>(
        string doing,
        string key,
        Func<Task<T>> call,
        CancellationToken cancellation
    )
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (S3Errors.IsOurs(e, cancellation))
        {
            throw S3Errors.Of(doing, key, store, e);
        }
    }
}
