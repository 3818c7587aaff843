using System.Text.Json.Serialization;

namespace Laddermill.OciStandIn.ObjectStorage;

internal sealed record ErrorAnswer(string Code, string Message);

internal sealed record CreateBucketDetails(string? Name, string? CompartmentId);

internal sealed record BucketAnswer(
    string Namespace,
    string Name,
    string CompartmentId,
    string CreatedBy,
    DateTimeOffset TimeCreated,
    string Etag,
    string PublicAccessType = "NoPublicAccess",
    string StorageTier = "Standard",
    bool ObjectEventsEnabled = false
);

internal sealed record ListAnswer(
    IReadOnlyList<ListedObject> Objects,
    IReadOnlyList<string>? Prefixes,
    string? NextStartWith
);

internal sealed record ListedObject(
    string Name,
    long? Size,
    string? Etag,
    string? Md5,
    DateTimeOffset? TimeCreated,
    DateTimeOffset? TimeModified,
    string? StorageTier,
    string? ArchivalState
);

internal sealed record BatchDeleteDetails(
    IReadOnlyList<ObjectToDelete> Objects,
    bool IsSkipDeletedResult = false
);

internal sealed record ObjectToDelete(string ObjectName, string? IfMatch);

internal sealed record BatchDeleteAnswer(
    IReadOnlyList<DeletedObject> Deleted,
    IReadOnlyList<FailedObject> Failed
);

internal sealed record DeletedObject(string ObjectName, DateTimeOffset TimeLastModified);

internal sealed record FailedObject(string ObjectName, int StatusCode, string ErrorMessage);

internal sealed record CreateUploadDetails(
    string Object,
    string? ContentType,
    string? CacheControl,
    string? ContentLanguage,
    string? ContentEncoding,
    string? ContentDisposition,
    IReadOnlyDictionary<string, string>? Metadata
);

internal sealed record UploadAnswer(
    string Namespace,
    string Bucket,
    string Object,
    string UploadId,
    DateTimeOffset TimeCreated
);

internal sealed record PartAnswer(int PartNumber, string Etag, string Md5, long Size);

internal sealed record CommitDetails(
    IReadOnlyList<PartToCommit> PartsToCommit,
    IReadOnlyList<int>? PartsToExclude
);

internal sealed record PartToCommit(int PartNum, string Etag);

[JsonSourceGenerationOptions(
    Converters = [typeof(InstantConverter)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false
)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(CreateBucketDetails))]
[JsonSerializable(typeof(BucketAnswer))]
[JsonSerializable(typeof(IReadOnlyList<BucketAnswer>))]
[JsonSerializable(typeof(ListAnswer))]
[JsonSerializable(typeof(BatchDeleteDetails))]
[JsonSerializable(typeof(BatchDeleteAnswer))]
[JsonSerializable(typeof(CreateUploadDetails))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(IReadOnlyList<UploadAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<PartAnswer>))]
[JsonSerializable(typeof(CommitDetails))]
internal sealed partial class Wire : JsonSerializerContext;
