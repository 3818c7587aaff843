using System.Text.Json;
using Laddermill.Storage;

namespace Laddermill.Events;

/// <summary>
/// CloudEvents 1.0 over HTTP, structured or binary; batches are lists that <see cref="EventReader"/> takes apart. Read are the types of stores that we
/// have, and a type of our own for everybody else.
/// </summary>
internal static class CloudEvents
{
    /// <summary>Ours: <c>data</c> is <c>{"location": "s3://bucket/key"}</c>, with an <c>eTag</c> when it is known.</summary>
    public const string OwnType = "laddermill.object.created";

    private const string Sender = "cloudevents";

    /// <summary>One event with its attributes in the text.</summary>
    public static void ReadStructured(JsonElement root, EventRecords into)
    {
        using var decoded = EventJson.Child(root, "data_base64")
            is { ValueKind: JsonValueKind.String } base64
            ? EventJson.Parse(Bytes(base64), "The event's data_base64")
            : null;
        Read(
            name => EventJson.Text(root, name),
            decoded?.RootElement ?? EventJson.Child(root, "data"),
            into
        );
    }

    /// <summary>One event whose attributes are in the headers <c>ce-…</c>, and whose data is the text.</summary>
    public static void ReadBinary(
        Func<string, string?> header,
        JsonElement data,
        EventRecords into
    ) => Read(name => Unescape(name, header("ce-" + name)), data, into);

    private static void Read(Func<string, string?> attribute, JsonElement data, EventRecords into)
    {
        into.From(Sender);
        if (attribute("specversion") is var version and not "1.0")
        {
            throw new EventException(
                $"The event's specversion is '{EventRecords.Show(version ?? "")}'; only CloudEvents 1.0 are read."
            );
        }
        var (id, time) = (attribute("id"), attribute("time"));
        switch (attribute("type"))
        {
            case null:
                throw new EventException("The CloudEvent has no type.");
            case OwnType:
                into.Add(Own(data, id, time));
                break;
            // The adapter of the specification, and Ceph's own (cloudevents=true).
            case var type when type.StartsWith("com.amazonaws.", StringComparison.Ordinal):
                ReadS3(data, into);
                break;
            case "google.cloud.storage.object.v1.finalized":
                into.Add(Google(data, id, time));
                break;
            case var type when type.StartsWith(OciEvents.TypePrefix, StringComparison.Ordinal):
                OciEvents.ReadData(type, data, id, time, into);
                break;
            case var type:
                into.IgnoreType(type);
                break;
        }
    }

    private static void ReadS3(JsonElement data, EventRecords into)
    {
        if (EventJson.Child(data, "Records") is { ValueKind: not JsonValueKind.Undefined } list)
        {
            S3Events.ReadRecords(list, into);
        }
        else
        {
            S3Events.ReadRecord(data, into);
        }
    }

    private static ObjectCreated Own(JsonElement data, string? id, string? time)
    {
        var address =
            EventJson.Text(data, "location")
            ?? throw new EventException(
                $"The event of type {OwnType} has no data.location; write it like s3://bucket/films/sintel.mp4."
            );
        // Files are no business of whoever can reach this door.
        if (
            !address.StartsWith("s3://", StringComparison.Ordinal)
            && !address.StartsWith("oci://", StringComparison.Ordinal)
        )
        {
            throw new EventException(
                $"The event's location '{EventRecords.Show(address)}' is none in a bucket; write it like s3://bucket/films/sintel.mp4."
            );
        }
        try
        {
            var location = ObjectLocation.ParseSource(address, "/");
            return new ObjectCreated(
                location.Scheme == StoreScheme.Oci ? "oci" : "s3",
                location.Namespace,
                location.Bucket,
                location.Key,
                EventJson.Text(data, "eTag"),
                id,
                EventJson.Time(time)
            );
        }
        catch (AddressException wrong)
        {
            throw new EventException(wrong.Message, wrong);
        }
    }

    /// <summary>Cloud Storage, which is read through its S3 interface; its ETags there are others.</summary>
    private static ObjectCreated Google(JsonElement data, string? id, string? time)
    {
        var (bucket, key) = (EventJson.Text(data, "bucket"), EventJson.Text(data, "name"));
        return bucket is null || key is null
            ? throw new EventException(
                $"The event of Cloud Storage has no data.{(bucket is null ? "bucket" : "name")}."
            )
            : new ObjectCreated("s3", null, bucket, key, null, id, EventJson.Time(time));
    }

    private static byte[] Bytes(JsonElement base64) =>
        base64.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new EventException("The event's data_base64 is no Base64.");

    /// <summary>HTTP binding §3.1.3.2: quoted strings of older senders, then one round of percent-decoding.</summary>
    private static string? Unescape(string name, string? value)
    {
        if (value is ['"', .., '"'])
        {
            value = value[1..^1]
                .Replace("\\\"", "\"", StringComparison.Ordinal)
                .Replace("\\\\", "\\", StringComparison.Ordinal);
        }
        return value is null
            ? null
            : PercentEncoding.Decode(value)
                ?? throw new EventException($"The header ce-{name} is not percent-encoded UTF-8.");
    }
}
