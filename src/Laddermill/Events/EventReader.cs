using System.Text;
using System.Text.Json;

namespace Laddermill.Events;

/// <summary>
/// Reads what any known sender posts about objects: Oracle Cloud's Events, directly or through Notifications; Amazon S3, directly, through SNS or
/// EventBridge; MinIO, Ceph and others that speak as S3 does; CloudEvents 1.0. Who sent it is told by its shape, for content types are not to be
/// relied on: SNS says <c>text/plain</c>.
/// </summary>
public static class EventReader
{
    /// <param name="contentType">Of the request; it is only told when nothing else helps.</param>
    /// <param name="header">A header of the request by its name, in any case of letters; null when there is none.</param>
    /// <param name="body">At most as long as the caller allows.</param>
    /// <exception cref="EventException">It is of no known shape, or lacks something, or holds more than a thousand records.</exception>
    public static EventReading Read(
        string? contentType,
        Func<string, string?> header,
        ReadOnlyMemory<byte> body
    )
    {
        var records = new EventRecords();
        var address = header("X-OCI-NS-ConfirmationURL");
        if (address is not null)
        {
            return Confirm("oci-notifications", ConfirmationAddress.OfOci(address));
        }
        if (header("X-OCI-NS-MessageType") is not null)
        {
            records.From("oci-notifications");
        }
        using var document = EventJson.Parse(body, "The event");
        var root = document.RootElement;
        if (SnsMessage.IsOne(root))
        {
            return OfSns(SnsMessage.Read(root), records);
        }
        // Notifications repeats it in the text, which outlives what proxies do to headers.
        if (EventJson.Text(root, "ConfirmationURL") is { } inText)
        {
            return Confirm("oci-notifications", ConfirmationAddress.OfOci(inText));
        }
        if (root.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in root.EnumerateArray())
            {
                if (!TryRead(one, records))
                {
                    throw Unknown(contentType);
                }
            }
            return records.ToReading();
        }
        if (!TryRead(root, records))
        {
            if (header("ce-specversion") is null)
            {
                throw Unknown(contentType);
            }
            CloudEvents.ReadBinary(header, root, records);
        }
        return records.ToReading();
    }

    private static EventReading Confirm(string sender, Uri address) =>
        new(sender, [], []) { Confirmation = address };

    private static EventReading OfSns(SnsMessage message, EventRecords records)
    {
        switch (message.Type)
        {
            case "SubscriptionConfirmation":
                return Confirm("sns", ConfirmationAddress.OfSns(message.SubscribeUrl)) with
                {
                    Sns = message,
                };
            // Its address would subscribe again.
            case "UnsubscribeConfirmation":
                return new("sns", [], ["the subscription was ended"]) { Sns = message };
        }
        using var inner = EventJson.Parse(
            Encoding.UTF8.GetBytes(message.Message),
            "The message in the envelope of SNS"
        );
        return TryRead(inner.RootElement, records)
            ? records.ToReading() with
            {
                Sns = message,
            }
            : throw Unknown("SNS");
    }

    /// <returns>False when it is of no known shape.</returns>
    private static bool TryRead(JsonElement root, EventRecords records)
    {
        var data = EventJson.Child(root, "data");
        if (Has(root, "Records"))
        {
            S3Events.ReadRecords(EventJson.Child(root, "Records"), records);
        }
        else if (Has(root, "s3"))
        {
            S3Events.ReadRecord(root, records);
        }
        // Amazon S3 sends it once, when notifications are configured.
        else if (EventJson.Text(root, "Event") == "s3:TestEvent")
        {
            records.From("s3");
            records.IgnoreType("s3:TestEvent");
        }
        else if (Has(root, "specversion"))
        {
            CloudEvents.ReadStructured(root, records);
        }
        else if (Has(root, "detail-type"))
        {
            EventBridgeEvents.Read(root, records);
        }
        // Whoever forwards the event may have left out all but the data.
        else if (
            Has(root, "eventType")
            || Has(data, "additionalDetails")
            || Has(data, "resourceId")
        )
        {
            OciEvents.ReadEnvelope(root, records);
        }
        else
        {
            return false;
        }
        return true;
    }

    private static bool Has(JsonElement root, string name) =>
        EventJson.Child(root, name).ValueKind != JsonValueKind.Undefined;

    private static EventException Unknown(string? contentType) =>
        new(
            $"The event{(contentType is null ? "" : $" ({EventRecords.Show(contentType)})")} is of no shape that is known: it has neither Records (S3, MinIO, Ceph), nor detail-type (EventBridge), nor specversion or a header ce-specversion (CloudEvents), nor eventType (Oracle Cloud)."
        );
}
