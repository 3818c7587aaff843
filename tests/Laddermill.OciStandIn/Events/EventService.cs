using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Laddermill.OciStandIn.Events;

/// <summary>
/// The Events service: what happens in buckets, told to whom a rule names. Delivery is at least once here as there: it can be ordered to drop, to repeat
/// and to swap.
/// </summary>
public sealed class EventService(TimeProvider time)
{
    private readonly List<Rule> rules = [];
    private readonly ConcurrentDictionary<Task, bool> deliveries = new();

    /// <summary>While true, everything is lost.</summary>
    public bool Drops { get; set; }

    /// <summary>How often each event is delivered, all at once.</summary>
    public int Copies { get; set; } = 1;

    /// <summary>All that were told, whether anybody listened or not.</summary>
    public ConcurrentQueue<string> Published { get; } = new();

    /// <param name="condition">JSON text, as in the API.</param>
    /// <returns>Whoever disposes it ends the rule.</returns>
    /// <exception cref="JsonException">The condition is no JSON.</exception>
    public IDisposable AddRule(string condition, Func<ReadOnlyMemory<byte>, Task> target)
    {
        var rule = new Rule(this, JsonDocument.Parse(condition), target);
        lock (rules)
            rules.Add(rule);
        return rule;
    }

    /// <summary>Done when everything that was told until now is delivered.</summary>
    public Task SettleAsync() => Task.WhenAll(deliveries.Keys);

    internal void Tell(string type, string bucket, string name, string etag)
    {
        var text = Envelope(type, bucket, name, etag);
        Published.Enqueue(Encoding.UTF8.GetString(text));
        if (Drops)
            return;
        using var document = JsonDocument.Parse(text);
        lock (rules)
        {
            foreach (var rule in rules)
            {
                if (!RuleCondition.Matches(rule.Condition.RootElement, document.RootElement))
                    continue;
                for (var copy = 0; copy < Copies; copy++)
                {
                    var delivery = Task.Run(() => rule.Target(text));
                    deliveries[delivery] = true;
                }
            }
        }
    }

    private byte[] Envelope(string type, string bucket, string name, string etag)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
        {
            writer.WriteStartObject();
            writer.WriteString("eventType", $"com.oraclecloud.objectstorage.{type}");
            writer.WriteString("cloudEventsVersion", "0.1");
            writer.WriteString("eventTypeVersion", "2.0");
            writer.WriteString("source", "ObjectStorage");
            writer.WriteString(
                "eventTime",
                time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null)
            );
            writer.WriteString("contentType", "application/json");
            writer.WriteStartObject("data");
            writer.WriteString("compartmentId", "ocid1.compartment.oc1..standin");
            writer.WriteString("compartmentName", "standin");
            writer.WriteString("resourceName", name);
            writer.WriteString("resourceId", $"/n/{StandIn.Namespace}/b/{bucket}/o/{name}");
            writer.WriteString("availabilityDomain", "IAD-AD-1");
            writer.WriteStartObject("additionalDetails");
            writer.WriteString("bucketName", bucket);
            writer.WriteString("archivalState", "Available");
            writer.WriteString("namespace", StandIn.Namespace);
            writer.WriteString("bucketId", $"ocid1.bucket.oc1.iad.{bucket}");
            writer.WriteString("eTag", etag);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteString("eventID", Guid.NewGuid().ToString());
            writer.WriteStartObject("extensions");
            writer.WriteString("compartmentId", "ocid1.compartment.oc1..standin");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return memory.ToArray();
    }

    private sealed record Rule(
        EventService Owner,
        JsonDocument Condition,
        Func<ReadOnlyMemory<byte>, Task> Target
    ) : IDisposable
    {
        public void Dispose()
        {
            lock (Owner.rules)
                Owner.rules.Remove(this);
        }
    }
}
