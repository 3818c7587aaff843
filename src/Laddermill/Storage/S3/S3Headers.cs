using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Laddermill.Storage.S3;

/// <summary>What the headers of one bucket's objects say, and how S3 writes tags and times.</summary>
internal sealed class S3Headers(string bucket, string store, IAmazonS3 client)
{
    private bool bucketSeen;

    /// <returns>Null where no such object is.</returns>
    /// <exception cref="StoreException">The store cannot be asked, or has no such bucket.</exception>
    public async Task<GetObjectMetadataResponse?> FindAsync(
        string key,
        CancellationToken cancellation
    )
    {
        try
        {
            return await client
                .GetObjectMetadataAsync(bucket, key, cancellation)
                .ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            await SeeBucketAsync(cancellation).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (S3Errors.IsOurs(e, cancellation))
        {
            throw S3Errors.Of("look up", key, store, e);
        }
    }

    public static StoredObject Stored(string key, GetObjectMetadataResponse found) =>
        new(key, found.ContentLength, Unquoted(found.ETag), Instant(found.LastModified));

    public static DateTimeOffset Instant(DateTime? time) =>
        time is { } t ? new DateTimeOffset(t.ToUniversalTime()) : DateTimeOffset.UnixEpoch;

    public static string Quoted(string etag) => $"\"{etag}\"";

    public static string Unquoted(string? etag) => etag?.Trim('"') ?? "";

    // The answer to HEAD has no body to tell a missing object from a missing bucket; asked once.
    private async Task SeeBucketAsync(CancellationToken cancellation)
    {
        if (bucketSeen)
            return;
        try
        {
            var request = new ListObjectsV2Request { BucketName = bucket, MaxKeys = 1 };
            await client.ListObjectsV2Async(request, cancellation).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchBucket")
        {
            throw S3Errors.Of("open", "", store, e);
        }
        // May well not be allowed: the bucket is there.
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Forbidden) { }
        catch (Exception e) when (S3Errors.IsOurs(e, cancellation))
        {
            throw S3Errors.Of("open", "", store, e);
        }
        bucketSeen = true;
    }
}
