using System.Text.Json.Serialization;

namespace Laddermill.Storage.Oci;

internal sealed record OciError(string? Code, string? Message);

/// <param name="Prefixes">Folders, when they were asked for by a delimiter.</param>
internal sealed record OciListing(
    IReadOnlyList<OciListed> Objects,
    string? NextStartWith,
    IReadOnlyList<string>? Prefixes = null
);

internal sealed record OciListed(string Name, long Size, string Etag, DateTimeOffset TimeModified);

internal sealed record OciDeletes(IReadOnlyList<OciDelete> Objects, bool IsSkipDeletedResult);

internal sealed record OciDelete(string ObjectName);

internal sealed record OciDeleted(IReadOnlyList<OciNotDeleted>? Failed);

internal sealed record OciNotDeleted(string ObjectName, int StatusCode, string? ErrorMessage);

/// <param name="Metadata">By full header names, <c>opc-meta-…</c>.</param>
internal sealed record OciNewUpload(
    string Object,
    string ContentType,
    string? CacheControl,
    IReadOnlyDictionary<string, string> Metadata
);

internal sealed record OciUpload(string UploadId);

internal sealed record OciCommit(IReadOnlyList<OciPart> PartsToCommit);

internal sealed record OciPart(int PartNum, string Etag);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(OciError))]
[JsonSerializable(typeof(OciListing))]
[JsonSerializable(typeof(OciDeletes))]
[JsonSerializable(typeof(OciDeleted))]
[JsonSerializable(typeof(OciNewUpload))]
[JsonSerializable(typeof(OciUpload))]
[JsonSerializable(typeof(OciCommit))]
internal sealed partial class OciJson : JsonSerializerContext;
