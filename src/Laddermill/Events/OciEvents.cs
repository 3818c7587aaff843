using System.Text.Json;

namespace Laddermill.Events;

/// <summary>
/// The envelope of Oracle Cloud's Events service (CloudEvents 0.1, <c>cloudEventsVersion</c>, <c>eventID</c>), read leniently: only the bucket's and the
/// object's name are needed, unknown fields are passed over, and the content type does not matter.
/// </summary>
public static class OciEvents
{
    private const string Prefix = "com.oraclecloud.objectstorage.";

    /// <exception cref="EventException">It is no JSON object, or names no object of a bucket.</exception>
    public static EventReading Read(ReadOnlyMemory<byte> text)
    {
        using var document = Parse(text);
        var root = document.RootElement;
        if (Text(root, "eventType") is { } type && !IsCreation(type))
        {
            return new EventReading(null, $"events of type '{type}' start nothing");
        }
        var data = Child(root, "data");
        var details = Child(data, "additionalDetails");
        var path = ResourcePath.Of(Text(data, "resourceId"));
        var bucket = Text(details, "bucketName") ?? path?.Bucket;
        var key = Text(data, "resourceName") ?? path?.Key;
        if (bucket is null || key is null)
        {
            throw new EventException(
                $"The event names no {(bucket is null ? "bucket (data.additionalDetails.bucketName)" : "object (data.resourceName)")}; it must be one of Object Storage, as the Events service sends it."
            );
        }
        return new EventReading(
            new ObjectCreated(
                "oci",
                Text(details, "namespace") ?? path?.Namespace,
                bucket,
                key,
                Text(details, "eTag"),
                Text(root, "eventID"),
                DateTimeOffset.TryParse(Text(root, "eventTime"), null, out var time) ? time : null,
                // Restoring and Restored objects come with words of their own; the object itself is asked about those.
                Text(details, "archivalState") is "Archived"
            ),
            null
        );
    }

    /// <summary>That an overwritten object is told as an update is likely, and not promised.</summary>
    private static bool IsCreation(string type) =>
        type is Prefix + "createobject" or Prefix + "updateobject";

    private static JsonDocument Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }
            document.Dispose();
        }
        catch (JsonException wrong)
        {
            throw new EventException(
                "The event is no JSON; it must be one of Object Storage, as the Events service sends it.",
                wrong
            );
        }
        throw new EventException(
            "The event is no JSON object; it must be one of Object Storage, as the Events service sends it."
        );
    }

    private static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child)
            ? child
            : default;

    private static string? Text(JsonElement parent, string name)
    {
        var child = Child(parent, name);
        try
        {
            return
                child.ValueKind == JsonValueKind.String && child.GetString() is { Length: > 0 } text
                ? text
                : null;
        }
        // Half of a surrogate pair: no object has such a name.
        catch (InvalidOperationException)
        {
            return null;
        }
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
