using System.Text.Json;

namespace Laddermill.Events;

/// <summary>
/// Notifications in the shape of Amazon S3 (event message structure 2.x), as Amazon, MinIO, Ceph and others send them. They differ in one thing that
/// matters: whether the object's name is form-encoded. Each record says by its <c>eventSource</c> who made it.
/// </summary>
internal static class S3Events
{
    /// <summary>Parts of <c>ObjectCreated</c> events, by MinIO, that leave the object's bytes as they were.</summary>
    private static readonly string[] Unchanging =
    [
        "PutTagging",
        "DeleteTagging",
        "PutRetention",
        "PutLegalHold",
        "PutAcl",
    ];

    /// <param name="records">The value of <c>Records</c>.</param>
    public static void ReadRecords(JsonElement records, EventRecords into)
    {
        if (records.ValueKind != JsonValueKind.Array)
        {
            throw new EventException(
                "Records of the event is no list; it must be one, as S3 sends it."
            );
        }
        foreach (var record in records.EnumerateArray())
        {
            ReadRecord(record, into);
        }
    }

    public static void ReadRecord(JsonElement record, EventRecords into)
    {
        var source = EventJson.Text(record, "eventSource");
        into.From(
            source switch
            {
                "aws:s3" => "s3",
                "minio:s3" => "minio",
                "ceph:s3" => "ceph",
                _ => "s3-compatible",
            }
        );
        var type = EventJson.Text(record, "eventName") ?? source;
        if (type is not null && !IsCreation(type))
        {
            into.IgnoreType(type);
            return;
        }
        var s3 = EventJson.Child(record, "s3");
        var bucket = EventJson.Text(EventJson.Child(s3, "bucket"), "name");
        var told = EventJson.Child(s3, "object");
        var key = EventJson.Text(told, "key");
        if (type is null || bucket is null || key is null)
        {
            throw new EventException(
                $"A record of the event has no {(type is null ? "eventName" : bucket is null ? "s3.bucket.name" : "s3.object.key")}; it must be one of S3, as the server sends it."
            );
        }
        into.Add(
            new ObjectCreated(
                "s3",
                null,
                bucket,
                Name(source, key),
                EventJson.Text(told, "eTag"),
                // Amazon's records have no id; this one is the request's that made the object.
                EventJson.Text(record, "eventId")
                    ?? EventJson.Text(
                        EventJson.Child(record, "responseElements"),
                        "x-amz-request-id"
                    ),
                EventJson.Time(EventJson.Text(record, "eventTime"))
            )
            {
                OtherKey = OtherName(source, key),
            }
        );
    }

    /// <summary>With and without <c>s3:</c>. An object that Ceph has copied from another zone has the type of its own.</summary>
    private static bool IsCreation(string type)
    {
        var name = type.StartsWith("s3:", StringComparison.Ordinal) ? type[3..] : type;
        return name.StartsWith("ObjectSynced:Create", StringComparison.Ordinal)
            || (
                name.StartsWith("ObjectCreated:", StringComparison.Ordinal)
                && !Unchanging.Contains(name["ObjectCreated:".Length..])
            );
    }

    /// <summary>A name that its sender should have encoded and did not is taken as it is.</summary>
    private static string Name(string? source, string told) =>
        source is "aws:s3" or "minio:s3" ? PercentEncoding.DecodeForm(told) ?? told : told;

    private static string? OtherName(string? source, string told) =>
        source is not ("aws:s3" or "minio:s3" or "ceph:s3")
        && PercentEncoding.DecodeForm(told) is { } other
        && other != told
            ? other
            : null;
}
