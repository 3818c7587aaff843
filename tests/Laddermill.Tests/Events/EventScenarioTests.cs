using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laddermill.Events;

namespace Laddermill.Tests.Events;

/// <summary>
/// Whole requests as each sender makes them (testassets/events; the shapes are those of the senders' manuals, the names are ours), and all that is read from each:
/// <c>event.json</c> is the body, <c>headers.json</c> the headers that matter, <c>expected.json</c> the reading or the refusal.
/// </summary>
public sealed class EventScenarioTests
{
    private static readonly string Folder = Path.Combine(TestMedia.Assets, "events");

    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_read_as_expected(string name) =>
        Assert.Equal(
            JsonNode.Parse(File.ReadAllBytes(PathTo(name, "expected.json")))!.ToJsonString(),
            Read(Headers(name), File.ReadAllBytes(PathTo(name, "event.json"))).ToJsonString()
        );

    internal static ImmutableDictionary<string, string> Headers(string name)
    {
        var headers = ImmutableDictionary.CreateBuilder<string, string>(
            StringComparer.OrdinalIgnoreCase
        );
        if (File.Exists(PathTo(name, "headers.json")))
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(PathTo(name, "headers.json")));
            foreach (var header in file.RootElement.EnumerateObject())
            {
                headers.Add(header.Name, header.Value.GetString()!);
            }
        }
        return headers.ToImmutable();
    }

    private static JsonObject Read(ImmutableDictionary<string, string> headers, byte[] body)
    {
        try
        {
            return Described(
                EventReader.Read(
                    headers.GetValueOrDefault("Content-Type"),
                    headers.GetValueOrDefault,
                    body
                )
            );
        }
        catch (EventException refusal)
        {
            return new JsonObject { ["refused"] = refusal.Message };
        }
    }

    private static JsonObject Described(EventReading reading)
    {
        var described = new JsonObject { ["sender"] = reading.Sender };
        if (reading.Created is not [])
        {
            described["created"] = new JsonArray([.. reading.Created.Select(Described)]);
        }
        if (reading.Ignored is not [])
        {
            described["ignored"] = new JsonArray([
                .. reading.Ignored.Select(why => JsonValue.Create(why)),
            ]);
        }
        if (reading.Confirmation is { } address)
        {
            described["confirmation"] = address.AbsoluteUri;
        }
        if (reading.Sns is { } sns)
        {
            described["sns"] = new JsonObject
            {
                ["type"] = sns.Type,
                ["messageId"] = sns.MessageId,
                ["topicArn"] = sns.TopicArn,
                ["certificate"] = sns.CertificateAddress.AbsoluteUri,
            };
        }
        return described;
    }

    private static JsonNode Described(ObjectCreated created)
    {
        var described = new JsonObject { ["provider"] = created.Provider };
        Add("namespace", created.Namespace);
        Add("bucket", created.Bucket);
        Add("key", created.Key);
        Add("eTag", created.ETag);
        Add("eventId", created.EventId);
        Add(
            "time",
            created.Time?.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
                CultureInfo.InvariantCulture
            )
        );
        Add("otherKey", created.OtherKey);
        if (created.IsArchived)
        {
            described["isArchived"] = true;
        }
        return described;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                described[name] = value;
            }
        }
    }

    private static string PathTo(string name, string file) => Path.Combine(Folder, name, file);
}
