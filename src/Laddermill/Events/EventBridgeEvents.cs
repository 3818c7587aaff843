using System.Text.Json;

namespace Laddermill.Events;

/// <summary>Events of Amazon S3 as Amazon EventBridge passes them on; names are not encoded.</summary>
internal static class EventBridgeEvents
{
    public static void Read(JsonElement root, EventRecords into)
    {
        into.From("eventbridge");
        var type = EventJson.Text(root, "detail-type") ?? "";
        if (EventJson.Text(root, "source") != "aws.s3" || type != "Object Created")
        {
            into.IgnoreType(type);
            return;
        }
        var detail = EventJson.Child(root, "detail");
        var told = EventJson.Child(detail, "object");
        var bucket = EventJson.Text(EventJson.Child(detail, "bucket"), "name");
        var key = EventJson.Text(told, "key");
        if (bucket is null || key is null)
        {
            throw new EventException(
                $"The event of EventBridge has no detail.{(bucket is null ? "bucket.name" : "object.key")}; pass it on whole, without an input transformer."
            );
        }
        into.Add(
            new ObjectCreated(
                "s3",
                null,
                bucket,
                key,
                EventJson.Text(told, "etag"),
                EventJson.Text(root, "id"),
                EventJson.Time(EventJson.Text(root, "time"))
            )
        );
    }
}
