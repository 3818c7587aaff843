namespace Laddermill.Storage;

/// <summary>
/// A bucket of objects: the least that a job needs of any store. Keys are UTF-8 text as S3 allows them, with <c>/</c> between
/// parts by custom only. All methods may throw <see cref="StoreException"/> when the store refuses or cannot be reached (after its own
/// retries) and <see cref="OperationCanceledException"/>; what may simply be so (no such object, lost race) is a value.
/// </summary>
public interface IObjectStore
{
    /// <summary>The store's address for messages, such as <c>s3://films</c> or <c>file:///srv/out</c>; no secrets.</summary>
    string Name { get; }

    /// <summary>What an object is called in ids of jobs: the same, however the store was addressed.</summary>
    ObjectIdentity Identify(string key);

    /// <summary>Facts about an object, or null when there is none.</summary>
    Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation);

    /// <summary>
    /// Opens <paramref name="length"/> bytes from <paramref name="offset"/> (fewer at the object's end; an offset at or behind the end gives an empty
    /// stream), or the rest when null; null when there is no such object. With <paramref name="ifMatch"/> the bytes are of that version, or
    /// <see cref="ObjectChangedException"/> is thrown.
    /// </summary>
    Task<Stream?> ReadAsync(
        string key,
        long offset,
        long? length,
        string? ifMatch,
        CancellationToken cancellation
    );

    /// <summary>
    /// Stores an object whole or not at all, and durably before it returns. Returns the new version's facts, or null when the
    /// <paramref name="condition"/> did not hold and nothing was stored.
    /// </summary>
    Task<StoredObject?> PutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        CancellationToken cancellation
    );

    /// <summary>All objects whose key starts with <paramref name="prefix"/>, in UTF-8 byte order of their keys.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>
    /// What lies directly in a folder, page by page, so that people can look around in large stores. The stores of this library do not go into the folders in it, as
    /// this way does, which every store has.
    /// </summary>
    /// <param name="prefix">The folder: empty, or ending with <c>/</c>.</param>
    /// <param name="after">The last key of the page before; null: from the beginning.</param>
    /// <param name="most">Items in a page, 1 to 1000.</param>
    Task<FolderPage> ListFolderAsync(
        string prefix,
        string? after,
        int most,
        CancellationToken cancellation
    ) => FolderPage.OfAsync(ListAsync(prefix, cancellation), prefix, after, most, cancellation);

    /// <summary>Removes objects; those that are not there are no error. Not atomic over several keys.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation);
}

/// <param name="Provider"><c>file</c>, <c>s3</c> or <c>oci</c>.</param>
/// <param name="Endpoint">The server's address for <c>s3</c> (empty: Amazon), the namespace for <c>oci</c>; empty for files.</param>
/// <param name="Bucket">Empty for files.</param>
/// <param name="Key">The object's key; a file's absolute path.</param>
public sealed record ObjectIdentity(string Provider, string Endpoint, string Bucket, string Key);

/// <param name="ETag">Opaque version token, without quotes: equal tokens mean equal content.</param>
/// <param name="LastModified">By the store's clock, or by ours where a store's answer to a put does not tell; to the second.</param>
public sealed record StoredObject(string Key, long Size, string ETag, DateTimeOffset LastModified);

/// <param name="ContentType">MIME type stored with the object.</param>
/// <param name="CacheControl">Cache-Control header stored with the object.</param>
public sealed record PutOptions(string ContentType, string? CacheControl = null);

/// <summary>When a put may take place.</summary>
public readonly record struct PutCondition
{
    private PutCondition(bool ifAbsent, string? ifMatch) =>
        (IfAbsent, IfMatch) = (ifAbsent, ifMatch);

    /// <summary>Always, replacing what is there.</summary>
    public static PutCondition None => default;

    /// <summary>Only when there is no such object (HTTP If-None-Match: *).</summary>
    public static PutCondition Absent => new(true, null);

    public bool IfAbsent { get; }

    /// <summary>Only when the object has this ETag.</summary>
    public string? IfMatch { get; }

    public static PutCondition Matches(string etag) => new(false, etag);
}
