using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Laddermill.Storage.S3;

/// <summary>What lies in one bucket: all below a prefix, or one folder page by page.</summary>
internal sealed class S3Listing(string bucket, string store, IAmazonS3 client)
{
    public async IAsyncEnumerable<StoredObject> AllAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var request = Request(prefix);
        ListObjectsV2Response page;
        do
        {
            page = await PageAsync(request, cancellation).ConfigureAwait(false);
            foreach (var found in page.S3Objects ?? [])
                yield return Stored(page, found);
            request.ContinuationToken = page.NextContinuationToken;
        } while (page.IsTruncated == true);
    }

    public async Task<FolderPage> FolderAsync(
        string prefix,
        string? after,
        int most,
        CancellationToken cancellation
    )
    {
        var request = Request(prefix);
        request.Delimiter = "/";
        request.MaxKeys = most;
        request.StartAfter = after is null ? null : FolderPage.Behind(after);
        var page = await PageAsync(request, cancellation).ConfigureAwait(false);
        var objects = (page.S3Objects ?? [])
            .Select(found => Stored(page, found))
            .Select(found => new FolderItem(found.Key, found));
        var folders = (page.CommonPrefixes ?? []).Select(found => new FolderItem(
            Decoded(page, found),
            null
        ));
        return new FolderPage(
            [.. objects.Concat(folders).OrderBy(each => each.Key, Utf8Order.Instance)],
            page.IsTruncated == true
        );
    }

    private ListObjectsV2Request Request(string prefix) =>
        new()
        {
            BucketName = bucket,
            Prefix = prefix,
            // XML cannot carry every character of a key.
            Encoding = EncodingType.Url,
        };

    private async Task<ListObjectsV2Response> PageAsync(
        ListObjectsV2Request request,
        CancellationToken cancellation
    )
    {
        try
        {
            return await client.ListObjectsV2Async(request, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (S3Errors.IsOurs(e, cancellation))
        {
            throw S3Errors.Of("list", request.Prefix, store, e);
        }
    }

    private static StoredObject Stored(ListObjectsV2Response page, S3Object found) =>
        new(
            Decoded(page, found.Key),
            found.Size ?? 0,
            S3Headers.Unquoted(found.ETag),
            S3Headers.Instant(found.LastModified)
        );

    // Amazon writes a space as +, others as %20.
    private static string Decoded(ListObjectsV2Response page, string key) =>
        page.Encoding == EncodingType.Url ? WebUtility.UrlDecode(key) : key;
}
