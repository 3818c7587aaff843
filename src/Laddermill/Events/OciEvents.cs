using System.Text.Json;

namespace Laddermill.Events;

/// <summary>
/// The envelope of Oracle Cloud's Events service (CloudEvents 0.1, <c>cloudEventsVersion</c>, <c>eventID</c>), read leniently: only the bucket's and the
/// object's name are needed, unknown fields are passed over, and the content type does not matter.
/// </summary>
public static class OciEvents
{
    internal const string Sender = "oci-events";

    internal const string TypePrefix = "com.oraclecloud.objectstorage.";

    /// <exception cref="EventException">It is no JSON object, or names no object of a bucket.</exception>
    public static EventReading Read(ReadOnlyMemory<byte> text)
    {
        using var document = EventJson.Parse(text, "The event");
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new EventException(
                "The event is no JSON object; it must be one of Object Storage, as the Events service sends it."
            );
        }
        var records = new EventRecords();
        ReadEnvelope(document.RootElement, records);
        return records.ToReading();
    }

    internal static void ReadEnvelope(JsonElement root, EventRecords into) =>
        ReadData(
            EventJson.Text(root, "eventType"),
            EventJson.Child(root, "data"),
            EventJson.Text(root, "eventID"),
            EventJson.Text(root, "eventTime"),
            into
        );

    /// <param name="type">May be left out by whoever forwards the event.</param>
    internal static void ReadData(
        string? type,
        JsonElement data,
        string? id,
        string? time,
        EventRecords into
    )
    {
        into.From(Sender);
        // That an overwritten object is told as an update is likely, and not promised.
        if (type is not (null or TypePrefix + "createobject" or TypePrefix + "updateobject"))
        {
            into.IgnoreType(type);
            return;
        }
        var details = EventJson.Child(data, "additionalDetails");
        var path = ResourcePath.Of(EventJson.Text(data, "resourceId"));
        var bucket = EventJson.Text(details, "bucketName") ?? path?.Bucket;
        var key = EventJson.Text(data, "resourceName") ?? path?.Key;
        if (bucket is null || key is null)
        {
            throw new EventException(
                $"The event names no {(bucket is null ? "bucket (data.additionalDetails.bucketName)" : "object (data.resourceName)")}; it must be one of Object Storage, as the Events service sends it."
            );
        }
        into.Add(
            new ObjectCreated(
                "oci",
                EventJson.Text(details, "namespace") ?? path?.Namespace,
                bucket,
                key,
                EventJson.Text(details, "eTag"),
                id,
                EventJson.Time(time),
                // Restoring and Restored objects come with words of their own; the object itself is asked about those.
                EventJson.Text(details, "archivalState")
                    is "Archived"
            )
            {
                // Whether the service encodes names is told nowhere.
                OtherKey = PercentEncoding.Decode(key) is { } other && other != key ? other : null,
            }
        );
    }

    /// <summary><c>/n/NAMESPACE/b/BUCKET/o/KEY</c>.</summary>
    private sealed record ResourcePath(string Namespace, string Bucket, string Key)
    {
        public static ResourcePath? Of(string? id) =>
            id?.Split('/', 7) is ["", "n", var space, "b", var bucket, "o", { Length: > 0 } key]
                ? new(space, bucket, key)
                : null;
    }
}
