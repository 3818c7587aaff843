using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Laddermill.Storage.Oci;

/// <summary>
/// A bucket of Oracle Cloud's Object Storage, by its own API of 20160918. Retries are <see cref="OciClient"/>'s; a body that breaks off goes on where it
/// was.
/// </summary>
public sealed class OciObjectStore : IObjectStore, IDisposable
{
    private const int DeleteBatch = 1000;
    private const int MaxRefusals = 5;

    private readonly string name;
    private readonly OciBucket bucket;
    private readonly OciReader reader;
    private readonly OciMultipart multipart;
    private readonly int partSize;
    private readonly TimeProvider time;

    /// <param name="tenancyNamespace">Null: the tenancy's own, which is looked up once.</param>
    public OciObjectStore(
        string bucketName,
        string? tenancyNamespace,
        OciOptions options,
        TimeProvider? time = null
    )
        : this(
            bucketName,
            tenancyNamespace,
            new OciClient(options, time ?? TimeProvider.System),
            time ?? TimeProvider.System
        ) { }

    internal OciObjectStore(
        string bucketName,
        string? tenancyNamespace,
        OciClient client,
        TimeProvider time,
        int partSize = OciMultipart.DefaultPartSize
    )
    {
        name = bucketName;
        bucket = new OciBucket(client, bucketName, tenancyNamespace);
        multipart = new OciMultipart(bucket, partSize);
        (this.time, this.partSize) = (time, partSize);
        Name = $"oci://{bucketName}{(tenancyNamespace is null ? "" : "@" + tenancyNamespace)}";
        reader = new OciReader(bucket, Name, time);
        Parted = new OciPartedUploads(bucket, reader, Name);
    }

    /// <summary>Objects that come in parts.</summary>
    public IPartedUploads Parted { get; }

    public string Name { get; }

    /// <summary>Asks the service for the namespace where neither the address nor an earlier call told it.</summary>
    public ObjectIdentity Identify(string key) =>
        new(
            "oci",
            bucket.KnownNamespace
                ?? OciErrors
                    .CallAsync(
                        Name,
                        "look up the namespace of",
                        "",
                        () => bucket.NamespaceAsync(CancellationToken.None).AsTask()
                    )
                    .GetAwaiter()
                    .GetResult(),
            name,
            key
        );

    public async Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation)
    {
        CheckKey(key);
        return (await reader.FindAsync(key, cancellation).ConfigureAwait(false))?.Stored;
    }

    /// <summary>Facts about an object, and whether it must be restored before it can be read; null when there is none.</summary>
    public async Task<(StoredObject Stored, bool IsArchived)?> LookAsync(
        string key,
        CancellationToken cancellation
    )
    {
        CheckKey(key);
        var found = await reader.FindAsync(key, cancellation).ConfigureAwait(false);
        return found is null ? null : (found.Stored, found.IsArchived);
    }

    public async Task<Stream?> ReadAsync(
        string key,
        long offset,
        long? length,
        string? ifMatch,
        CancellationToken cancellation
    )
    {
        CheckKey(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        return await reader
            .ReadAsync(key, offset, length, ifMatch, cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// See <see cref="IObjectStore.PutAsync"/>. A put whose answer is lost is recognised when it is tried again, unless another writer replaced it in
    /// between: then null says that the condition does not hold now.
    /// </summary>
    public async Task<StoredObject?> PutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        CancellationToken cancellation
    )
    {
        CheckKey(key);
        var putId = Guid.NewGuid().ToString("n");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var answer = await SendPutAsync(
                        key,
                        content,
                        options,
                        condition,
                        putId,
                        cancellation
                    )
                    .ConfigureAwait(false);
                return new(key, content.Length, OciReader.ETagOf(answer), ModifiedOf(answer));
            }
            catch (OciRefusal e)
                when (e.Status == HttpStatusCode.PreconditionFailed || e.IsMissingObject)
            {
                var found = await reader.FindAsync(key, cancellation).ConfigureAwait(false);
                // When an answer is lost we try again, and then our own first try is in the way.
                if (found?.PutId == putId)
                    return found.Stored;
                var holds = condition.IfAbsent
                    ? found is null
                    : condition.IfMatch is null || condition.IfMatch == found?.Stored.ETag;
                if (!holds)
                    return null;
                if (attempt == MaxRefusals)
                    throw OciErrors.Of("put", key, Name, e);
            }
            catch (Exception e) when (OciErrors.IsOurs(e))
            {
                throw OciErrors.Of("put", key, Name, e);
            }
        }
    }

    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        CancellationToken cancellation
    ) => ListAsync(prefix, null, cancellation);

    /// <summary>The same, from behind <paramref name="after"/> on.</summary>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        string? after,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var from = after is null ? "" : $"&startAfter={Uri.EscapeDataString(after)}";
        string? start;
        do
        {
            var page = await PageAsync(prefix, $"&limit=1000{from}", cancellation)
                .ConfigureAwait(false);
            foreach (var found in page.Objects)
                yield return Stored(found);
            start = page.NextStartWith;
            from = start is null ? "" : $"&start={Uri.EscapeDataString(start)}";
        } while (start is not null);
    }

    public async Task<FolderPage> ListFolderAsync(
        string prefix,
        string? after,
        int most,
        CancellationToken cancellation
    )
    {
        var from = after is null
            ? ""
            : $"&startAfter={Uri.EscapeDataString(FolderPage.Behind(after))}";
        var page = await PageAsync(prefix, $"&delimiter=%2F&limit={most}{from}", cancellation)
            .ConfigureAwait(false);
        var objects = page.Objects.Select(found => new FolderItem(found.Name, Stored(found)));
        var folders = (page.Prefixes ?? []).Select(found => new FolderItem(found, null));
        return new FolderPage(
            [.. objects.Concat(folders).OrderBy(each => each.Key, Utf8Order.Instance)],
            page.NextStartWith is not null
        );
    }

    private Task<OciListing> PageAsync(
        string prefix,
        string rest,
        CancellationToken cancellation
    ) =>
        OciErrors.CallAsync(
            Name,
            "list",
            prefix,
            () =>
                bucket.SendAsync(
                    new OciRequest(
                        HttpMethod.Get,
                        $"/o?prefix={Uri.EscapeDataString(prefix)}&fields=name%2Csize%2Cetag%2CtimeModified{rest}"
                    ),
                    OciJson.Default.OciListing,
                    cancellation
                )
        );

    private static StoredObject Stored(OciListed found) =>
        new(found.Name, found.Size, found.Etag, found.TimeModified);

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        foreach (var key in keys)
            CheckKey(key);
        foreach (var batch in keys.Chunk(DeleteBatch))
        {
            var request = new OciRequest(HttpMethod.Post, "/actions/batchDeleteObjects")
            {
                Body = JsonSerializer.SerializeToUtf8Bytes(
                    new OciDeletes([.. batch.Select(key => new OciDelete(key))], true),
                    OciJson.Default.OciDeletes
                ),
            };
            var result = await OciErrors
                .CallAsync(
                    Name,
                    "delete",
                    batch[0],
                    () => bucket.SendAsync(request, OciJson.Default.OciDeleted, cancellation)
                )
                .ConfigureAwait(false);
            var failed = (result.Failed ?? []).Where(f => f.StatusCode != 404).ToList();
            if (failed is [var first, ..])
                throw new StoreException(
                    $"Cannot delete {failed.Count} of {batch.Length} objects in {Name}: '{KeyRules.Show(first.ObjectName)}' got {first.StatusCode}: {KeyRules.Show(first.ErrorMessage ?? "no reason is given")}"
                )
                {
                    IsTransient = failed.TrueForAll(f => f.StatusCode is 429 or 409 or >= 500),
                };
        }
    }

    public void Dispose() => bucket.Dispose();

    private Task<HttpResponseMessage> SendPutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        string putId,
        CancellationToken cancellation
    )
    {
        var conditions = new List<(string, string)>();
        if (condition.IfAbsent)
            conditions.Add(("if-none-match", "*"));
        if (condition.IfMatch is not null)
            conditions.Add(("if-match", condition.IfMatch));
        if (content.Length > 2L * partSize)
            return multipart.PutAsync(
                new OciNewUpload(
                    key,
                    options.ContentType,
                    options.CacheControl,
                    new Dictionary<string, string> { [OciReader.PutIdHeader] = putId }
                ),
                content,
                conditions,
                cancellation
            );
        if (options.CacheControl is not null)
            conditions.Add(("cache-control", options.CacheControl));
        if (condition != PutCondition.None)
            conditions.Add((OciReader.PutIdHeader, putId));
        var put = new OciRequest(HttpMethod.Put, OciBucket.Object(key))
        {
            Body = content,
            ContentType = options.ContentType,
            SignsBody = false,
            Headers = conditions,
        };
        return bucket.SendAsync(put, cancellation);
    }

    private void CheckKey(string key)
    {
        KeyRules.Check(Name, key);
        if (key.AsSpan().ContainsAny('\r', '\n'))
            throw new StoreException(
                $"The key '{KeyRules.Show(key)}' for {Name} holds a line break, which Object Storage does not allow."
            );
    }

    private DateTimeOffset ModifiedOf(HttpResponseMessage answer) =>
        answer.Content.Headers.LastModified ?? time.GetUtcNow();
}
