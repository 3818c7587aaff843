using System.Text.Json;

namespace Laddermill.Storage.Oci;

/// <summary>Puts a large object in parts, a few at once; it appears when the last is there, whole or not at all.</summary>
internal sealed class OciMultipart(OciBucket bucket, int partSize)
{
    /// <summary>Above the 10 MiB that a part must have, and few enough to lose little when one breaks.</summary>
    public const int DefaultPartSize = 32 << 20;

    private const int AtOnce = 3;

    /// <summary>The answer to the commit. An upload that fails is aborted, for parts are kept and charged for.</summary>
    public async Task<HttpResponseMessage> PutAsync(
        OciNewUpload details,
        ReadOnlyMemory<byte> content,
        IReadOnlyList<(string Name, string Value)> conditions,
        CancellationToken cancellation
    )
    {
        var create = new OciRequest(HttpMethod.Post, "/u")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(details, OciJson.Default.OciNewUpload),
            Headers = conditions,
        };
        var upload = await bucket
            .SendAsync(create, OciJson.Default.OciUpload, cancellation)
            .ConfigureAwait(false);
        var target =
            $"/u/{Uri.EscapeDataString(details.Object)}?uploadId={Uri.EscapeDataString(upload.UploadId)}";
        try
        {
            var parts = await PutPartsAsync(target, content, cancellation).ConfigureAwait(false);
            var commit = new OciRequest(HttpMethod.Post, target)
            {
                Body = JsonSerializer.SerializeToUtf8Bytes(
                    new OciCommit(parts),
                    OciJson.Default.OciCommit
                ),
                Headers = conditions,
            };
            return await bucket.SendAsync(commit, cancellation).ConfigureAwait(false);
        }
        catch
        {
            await AbortAsync(target).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<OciPart[]> PutPartsAsync(
        string target,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellation
    )
    {
        var parts = new OciPart[(int)(((long)content.Length + partSize - 1) / partSize)];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = AtOnce,
            CancellationToken = cancellation,
        };
        await Parallel
            .ForAsync(
                0,
                parts.Length,
                options,
                async (index, token) =>
                {
                    var start = index * partSize;
                    var put = new OciRequest(HttpMethod.Put, $"{target}&uploadPartNum={index + 1}")
                    {
                        Body = content.Slice(start, Math.Min(partSize, content.Length - start)),
                        ContentType = "application/octet-stream",
                        SignsBody = false,
                    };
                    using var answer = await bucket.SendAsync(put, token).ConfigureAwait(false);
                    parts[index] = new(index + 1, OciClient.Header(answer, "etag") ?? "");
                }
            )
            .ConfigureAwait(false);
        return parts;
    }

    // Best effort, also when the job is being cancelled: what remains is for the bucket's life-cycle rule.
    private async Task AbortAsync(string target)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            using var _ = await bucket
                .SendAsync(new OciRequest(HttpMethod.Delete, target), patience.Token)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (OciErrors.IsOurs(e) || e is OperationCanceledException) { }
    }
}
