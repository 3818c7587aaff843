using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Laddermill.Webhooks;

/// <summary>What is told, to whomever and however often: <c>{"type": …, "timestamp": …, "data": …}</c>.</summary>
/// <param name="Id">Its own, the same for all attempts: receivers tell repetitions by it.</param>
/// <param name="Type">One of <see cref="Types"/>.</param>
/// <param name="Body">JSON; sent and signed to the byte.</param>
public sealed record WebhookMessage(string Id, string Type, ImmutableArray<byte> Body)
{
    public const string Succeeded = "job.succeeded";
    public const string Failed = "job.failed";
    public const string Rejected = "job.rejected";
    public const string Cancelled = "job.cancelled";

    public static ImmutableArray<string> Types { get; } = [Succeeded, Failed, Rejected, Cancelled];

    /// <param name="occurred">When what is told happened; in the body it is UTC.</param>
    /// <param name="data">The job.</param>
    public static WebhookMessage Create<T>(
        string id,
        string type,
        DateTimeOffset occurred,
        T data,
        JsonTypeInfo<T> json
    )
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString(
                "timestamp",
                occurred.UtcDateTime.ToString(
                    "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                    CultureInfo.InvariantCulture
                )
            );
            writer.WritePropertyName("data");
            JsonSerializer.Serialize(writer, data, json);
            writer.WriteEndObject();
        }
        return new(id, type, [.. body.GetBuffer().AsSpan(0, (int)body.Length)]);
    }

    public override string ToString() => $"{Type} {Id} {Encoding.UTF8.GetString(Body.AsSpan())}";
}
