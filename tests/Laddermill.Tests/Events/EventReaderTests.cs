using System.Text;
using Laddermill.Events;

namespace Laddermill.Tests.Events;

/// <summary>Bodies that no honest sender writes.</summary>
public sealed class EventReaderTests
{
    private const string Record =
        """{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}""";

    [Theory]
    [InlineData("")]
    [InlineData("bucket=a")]
    [InlineData("{")]
    [InlineData("""{"Records":[]} {}""")]
    [InlineData("""{"Records":[],}""")]
    [InlineData("""{"Records":[]/**/}""")]
    // Two readers could see two events.
    [InlineData("""{"Records":[],"Records":[]}""")]
    [InlineData("""{"Records":[{"s3":{"object":{"key":"a","key":"b"}}}]}""")]
    [InlineData("""{"\ud800":1,"\ud800":2}""")]
    public void What_is_no_JSON_or_ambiguous_is_refused(string text) =>
        Assert.StartsWith(
            "The event is no JSON that can be read",
            Refusal(text),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"Records\"")]
    [InlineData("{}")]
    [InlineData("[[]]")]
    [InlineData("[1]")]
    [InlineData("""{"records":[]}""")]
    [InlineData("""{"Event":"s3:OtherEvent"}""")]
    [InlineData("""[{"Type":"Notification","TopicArn":"a"}]""")]
    public void What_has_no_shape_we_know_is_refused_and_says_so(string text) =>
        Assert.Contains("of no shape that is known", Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"Records":7}""", "Records of the event is no list")]
    [InlineData("""{"Records":[7]}""", "eventName")]
    [InlineData("""{"Records":[{"eventName":7}]}""", "eventName")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put","s3":[]}]}""", "s3.bucket.name")]
    [InlineData(
        """{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"\ud800"}}}]}""",
        "s3.object.key"
    )]
    [InlineData(
        """{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":""}}}]}""",
        "s3.object.key"
    )]
    [InlineData("""{"source":"aws.s3","detail-type":"Object Created"}""", "detail.bucket.name")]
    [InlineData(
        """{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"}}}""",
        "detail.object.key"
    )]
    [InlineData("""{"specversion":1.0,"type":"a"}""", "specversion")]
    [InlineData("""{"specversion":"1.0"}""", "no type")]
    [InlineData("""{"specversion":"1.0","type":"laddermill.object.created"}""", "data.location")]
    [InlineData(
        """{"specversion":"1.0","type":"laddermill.object.created","data":{"location":"oci://a@b@c/d"}}""",
        "bucket@namespace"
    )]
    [InlineData(
        """{"specversion":"1.0","type":"laddermill.object.created","data_base64":"?"}""",
        "Base64"
    )]
    [InlineData(
        """{"specversion":"1.0","type":"laddermill.object.created","data_base64":"e30"}""",
        "Base64"
    )]
    [InlineData(
        """{"specversion":"1.0","type":"laddermill.object.created","data_base64":"ew=="}""",
        "data_base64 is no JSON"
    )]
    [InlineData(
        """{"specversion":"1.0","type":"google.cloud.storage.object.v1.finalized","data":{"bucket":"b"}}""",
        "data.name"
    )]
    [InlineData("""{"Type":"Notification","TopicArn":"a"}""", "MessageId")]
    public void What_is_missing_is_named(string text, string named) =>
        Assert.Contains(named, Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("ce-specversion", "0.3", "specversion is '0.3'")]
    [InlineData("ce-type", null, "no type")]
    [InlineData("ce-id", "%C0%A0", "ce-id")]
    [InlineData("ce-type", "\"laddermill.object.created", "ignored")]
    [InlineData("ce-type", "\"laddermill.object.created\"", "created")]
    [InlineData("ce-id", "\"a\\\"b\"", "created")]
    public void Headers_of_a_binary_CloudEvent_are_read_by_the_binding(
        string name,
        string? value,
        string outcome
    )
    {
        string? Header(string header) =>
            header == name
                ? value
                : header switch
                {
                    "ce-specversion" => "1.0",
                    "ce-type" => "laddermill.object.created",
                    "ce-id" => "1",
                    _ => null,
                };
        var body = Encoding.UTF8.GetBytes("""{"location":"s3://b/k"}""");
        string told;
        try
        {
            var reading = EventReader.Read(null, Header, body);
            told = reading.Created is [] ? "ignored" : "created";
        }
        catch (EventException refusal)
        {
            told = refusal.Message;
        }
        Assert.Contains(outcome, told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_records_are_read_and_not_one_more_however_they_are_nested()
    {
        Assert.Equal(1000, Read(Records(1000)).Created.Length);
        Assert.Equal(1000, Read($"[{Records(500)},{Records(500)}]").Created.Length);
        Assert.Contains("more than 1000", Refusal(Records(1001)), StringComparison.Ordinal);
        Assert.Contains(
            "more than 1000",
            Refusal($"[{Records(500)},{Records(501)}]"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "more than 1000",
            Refusal(Records(1001).Replace("Created", "Removed", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Nesting_is_bounded_in_the_text_and_in_what_it_holds()
    {
        var deep = new string('[', 40) + new string(']', 40);
        var inBase64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(deep));
        Assert.Contains("no JSON", Refusal($$"""{"Records":{{deep}}}"""), StringComparison.Ordinal);
        Assert.Contains(
            "no JSON",
            Refusal($$"""{"specversion":"1.0","type":"a","data_base64":"{{inBase64}}"}"""),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_byte_order_mark_and_huge_numbers_are_borne()
    {
        var text = Records(1)
            .Replace("\"key\"", "\"size\":1e99999,\"key\"", StringComparison.Ordinal);
        Assert.Single(
            EventReader
                .Read(null, _ => null, (byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)])
                .Created
        );
    }

    [Theory]
    [InlineData("a\\u0000b", "holds a NUL")]
    [InlineData("%00", "holds a NUL")]
    public void A_name_that_no_store_allows_starts_nothing(string key, string why)
    {
        var reading = Read(Records(1).Replace("\"k\"", $"\"{key}\"", StringComparison.Ordinal));
        Assert.Empty(reading.Created);
        Assert.Contains(why, Assert.Single(reading.Ignored), StringComparison.Ordinal);
    }

    private static string Records(int count) =>
        $$"""{"Records":[{{string.Join(',', Enumerable.Repeat(Record, count))}}]}""";

    private static EventReading Read(string text) =>
        EventReader.Read(null, _ => null, Encoding.UTF8.GetBytes(text));

    private static string Refusal(string text) =>
        Assert.Throws<EventException>(() => Read(text)).Message;
}
