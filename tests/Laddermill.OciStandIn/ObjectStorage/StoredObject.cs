namespace Laddermill.OciStandIn.ObjectStorage;

/// <summary>One version of an object.</summary>
internal sealed record StoredObject(
    string Name,
    Body Body,
    string ETag,
    DateTimeOffset TimeCreated,
    DateTimeOffset TimeModified,
    ObjectHeaders Headers,
    string? MultipartMd5 = null
)
{
    /// <summary>Put into the archive: it must be restored before it can be read, which nothing here does.</summary>
    public bool IsArchived => Headers.Tier == "Archive";

    /// <summary>Base64; null for what came in parts.</summary>
    public string? Md5 => MultipartMd5 is null ? Convert.ToBase64String(Body.Md5) : null;

    public (string, string?)[] HeadersOfAnswer =>
        [
            ("etag", ETag),
            ("last-modified", TimeModified.ToString("r", null)),
            ("content-md5", Md5),
            ("opc-multipart-md5", MultipartMd5),
            ("content-type", Headers.ContentType),
            ("cache-control", Headers.CacheControl),
            ("content-language", Headers.ContentLanguage),
            ("content-encoding", Headers.ContentEncoding),
            ("content-disposition", Headers.ContentDisposition),
            ("storage-tier", Headers.Tier),
            ("archival-state", IsArchived ? "Archived" : null),
            ("accept-ranges", "bytes"),
            .. Headers.Metadata.Select(m => (m.Key, (string?)m.Value)),
        ];
}

/// <summary>Headers that come back as they were sent.</summary>
/// <param name="Metadata">By their full names, <c>opc-meta-…</c>.</param>
internal sealed record ObjectHeaders(
    string? ContentType,
    string? CacheControl,
    string? ContentLanguage,
    string? ContentEncoding,
    string? ContentDisposition,
    string Tier,
    IReadOnlyDictionary<string, string> Metadata
)
{
    public static ObjectHeaders Of(Call call) =>
        new(
            call.Header("content-type") ?? "application/octet-stream",
            call.Header("cache-control"),
            call.Header("content-language"),
            call.Header("content-encoding"),
            call.Header("content-disposition"),
            call.Header("storage-tier") ?? "Standard",
            call.Context.Request.Headers.Where(h =>
                    h.Key.StartsWith("opc-meta-", StringComparison.OrdinalIgnoreCase)
                )
                .ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString())
        );
}
