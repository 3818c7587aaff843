using System.Net;
using System.Text.Json;

namespace Laddermill.Storage.Oci;

/// <summary>Multipart uploads of one bucket, whose parts come over days.</summary>
internal sealed class OciPartedUploads(OciBucket bucket, OciReader reader, string store)
    : IPartedUploads
{
    public async Task<string> BeginAsync(
        string key,
        PutOptions options,
        CancellationToken cancellation
    )
    {
        KeyRules.Check(store, key);
        var create = new OciRequest(HttpMethod.Post, "/u")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(
                new OciNewUpload(
                    key,
                    options.ContentType,
                    options.CacheControl,
                    new Dictionary<string, string>()
                ),
                OciJson.Default.OciNewUpload
            ),
        };
        var begun = await OciErrors
            .CallAsync(
                store,
                "begin",
                key,
                () => bucket.SendAsync(create, OciJson.Default.OciUpload, cancellation)
            )
            .ConfigureAwait(false);
        return begun.UploadId;
    }

    public async Task<string> PutPartAsync(
        string key,
        string upload,
        int number,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellation
    )
    {
        var put = new OciRequest(HttpMethod.Put, $"{Target(key, upload)}&uploadPartNum={number}")
        {
            Body = content,
            ContentType = "application/octet-stream",
            SignsBody = false,
        };
        using var answer = await OciErrors
            .CallAsync(store, "put a part of", key, () => bucket.SendAsync(put, cancellation))
            .ConfigureAwait(false);
        return OciClient.Header(answer, "etag") ?? "";
    }

    public async Task<StoredObject?> CompleteAsync(
        string key,
        string upload,
        IReadOnlyList<string> parts,
        PutCondition condition,
        CancellationToken cancellation
    )
    {
        var commit = new OciRequest(HttpMethod.Post, Target(key, upload))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(
                new OciCommit([.. parts.Select((tag, index) => new OciPart(index + 1, tag))]),
                OciJson.Default.OciCommit
            ),
            Headers =
                condition.IfAbsent ? [("if-none-match", "*")]
                : condition.IfMatch is { } tag ? [("if-match", tag)]
                : [],
        };
        try
        {
            using var answer = await bucket.SendAsync(commit, cancellation).ConfigureAwait(false);
        }
        catch (OciRefusal e) when (e.Status == HttpStatusCode.PreconditionFailed)
        {
            return null;
        }
        catch (Exception e) when (OciErrors.IsOurs(e))
        {
            throw OciErrors.Of("complete", key, store, e);
        }
        return (await reader.FindAsync(key, cancellation).ConfigureAwait(false))?.Stored
            ?? throw new StoreException(
                $"Cannot find '{KeyRules.Show(key)}' in {store} though it was just completed; was it deleted?"
            );
    }

    public async Task AbortAsync(string key, string upload, CancellationToken cancellation)
    {
        try
        {
            using var answer = await bucket
                .SendAsync(new OciRequest(HttpMethod.Delete, Target(key, upload)), cancellation)
                .ConfigureAwait(false);
        }
        catch (OciRefusal e) when (e.Status == HttpStatusCode.NotFound) { }
        catch (Exception e) when (OciErrors.IsOurs(e))
        {
            throw OciErrors.Of("abort", key, store, e);
        }
    }

    private static string Target(string key, string upload) =>
        $"/u/{Uri.EscapeDataString(key)}?uploadId={Uri.EscapeDataString(upload)}";
}
