using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Events;

namespace Laddermill.Tests.Events;

public sealed class OciEventsTests
{
    /// <summary>As the service sends it; the shape is that of the reference of its envelope.</summary>
    private const string Envelope = """
        {
          "eventType": "com.oraclecloud.objectstorage.createobject", "cloudEventsVersion": "0.1", "eventTypeVersion": "2.0",
          "source": "ObjectStorage", "eventTime": "2026-01-21T16:26:30.849Z", "contentType": "application/json",
          "data": {
            "compartmentId": "ocid1.compartment.oc1..a", "compartmentName": "video",
            "resourceName": "films/sintel.mp4", "resourceId": "/n/studio/b/uploads/o/films/sintel.mp4",
            "availabilityDomain": "FRA-AD-1",
            "additionalDetails": {
              "bucketName": "uploads", "archivalState": "Available", "namespace": "studio",
              "bucketId": "ocid1.bucket.oc1..b", "eTag": "199f8dbf-0b8c-41b6-9596-4d2a6792d7e5"
            }
          },
          "eventID": "3e47d127-19de-6eb8-eb67-0c1ab961fcbc", "extensions": { "compartmentId": "ocid1.compartment.oc1..a" }
        }
        """;

    [Fact]
    public void An_envelope_becomes_an_object_that_was_created()
    {
        Assert.Equal(
            new ObjectCreated(
                "oci",
                "studio",
                "uploads",
                "films/sintel.mp4",
                "199f8dbf-0b8c-41b6-9596-4d2a6792d7e5",
                "3e47d127-19de-6eb8-eb67-0c1ab961fcbc",
                new DateTimeOffset(2026, 1, 21, 16, 26, 30, 849, TimeSpan.Zero),
                IsArchived: false
            ),
            Only(Read(Envelope))
        );
    }

    [Theory]
    [InlineData("eventType", "com.oraclecloud.objectstorage.updateobject")]
    [InlineData("eventTime", "2026-01-21T16:26:30Z")]
    [InlineData("eventTime", "yesterday")]
    [InlineData("schemaURL", "https://example.com")]
    public void What_is_new_or_odd_around_the_object_is_borne(string field, string value)
    {
        var changed = JsonNode.Parse(Envelope)!;
        changed[field] = value;
        Assert.Equal("films/sintel.mp4", Only(Read(changed.ToJsonString())).Key);
    }

    [Fact]
    public void The_names_alone_suffice_or_the_path_alone()
    {
        var names = Only(
            Read(
                """{"data":{"resourceName":"a b.mp4","additionalDetails":{"bucketName":"uploads"}}}"""
            )
        );
        Assert.Equal(("uploads", "a b.mp4"), (names.Bucket, names.Key));
        var path = Only(Read("""{"data":{"resourceId":"/n/studio/b/uploads/o/a/b.mp4"}}"""));
        Assert.Equal(("studio", "uploads", "a/b.mp4"), (path.Namespace, path.Bucket, path.Key));
    }

    [Fact]
    public void A_name_that_may_be_encoded_has_a_second_reading()
    {
        Assert.Null(Only(Read(Envelope)).OtherKey);
        Assert.Null(Named("100 % +.mp4").OtherKey);
        Assert.Equal("Müller 1.mp4", Named("M%C3%BCller%201.mp4").OtherKey);

        static ObjectCreated Named(string name) =>
            Only(Read(Envelope.Replace("films/sintel.mp4", name, StringComparison.Ordinal)));
    }

    [Fact]
    public void An_archived_object_is_told()
    {
        Assert.True(
            Only(
                Read(Envelope.Replace("Available", "Archived", StringComparison.Ordinal))
            ).IsArchived
        );
    }

    [Theory]
    [InlineData("com.oraclecloud.objectstorage.deleteobject")]
    [InlineData("com.oraclecloud.computeapi.launchinstance.begin")]
    public void Events_of_other_kinds_are_passed_over(string type)
    {
        var changed = JsonNode.Parse(Envelope)!;
        changed["eventType"] = type;
        var reading = Read(changed.ToJsonString());
        Assert.Empty(reading.Created);
        Assert.Contains(type, Assert.Single(reading.Ignored), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("bucket=a", "no JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "bucketName")]
    [InlineData("""{"data":[]}""", "bucketName")]
    [InlineData("""{"data":{"additionalDetails":{"bucketName":"b"}}}""", "resourceName")]
    [InlineData(
        """{"data":{"resourceName":7,"additionalDetails":{"bucketName":"b"}}}""",
        "resourceName"
    )]
    [InlineData(
        """{"data":{"resourceName":"\ud800","additionalDetails":{"bucketName":"b"}}}""",
        "resourceName"
    )]
    public void What_is_no_event_is_refused_and_what_is_missing_named(string text, string named) =>
        Assert.Contains(
            named,
            Assert.Throws<EventException>(() => Read(text)).Message,
            StringComparison.Ordinal
        );

    private static ObjectCreated Only(EventReading reading) => Assert.Single(reading.Created);

    private static EventReading Read(string text) => OciEvents.Read(Encoding.UTF8.GetBytes(text));
}
