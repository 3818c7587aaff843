using System.Text.Json;
using Laddermill.OciStandIn.Events;

namespace Laddermill.Tests.CloudStandIn;

/// <summary>The stand-in matches rules of Events as the service's documentation says.</summary>
public sealed class RuleConditionTests
{
    private const string Event = """
        {"eventType":"com.oraclecloud.objectstorage.createobject",
         "data":{"resourceName":"in/a/b.mp4","size":3,"nothing":null,"additionalDetails":{"bucketName":"uploads"}}}
        """;

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"eventType":"com.oraclecloud.objectstorage.createobject"}""", true)]
    [InlineData("""{"eventType":["a","com.oraclecloud.objectstorage.createobject"]}""", true)]
    [InlineData("""{"eventType":["a","b"]}""", false)]
    [InlineData("""{"eventType":"com.oraclecloud.objectstorage.*"}""", true)]
    [InlineData("""{"data":{"resourceName":"in/*.mp4"}}""", true)]
    [InlineData("""{"data":{"resourceName":"in/*.mkv"}}""", false)]
    [InlineData("""{"data":{"resourceName":"*a*b*"}}""", true)]
    [InlineData("""{"data":{"resourceName":"*b*a*"}}""", false)]
    [InlineData("""{"data":{"additionalDetails":{"bucketName":["uploads"]}}}""", true)]
    [InlineData("""{"data":{"additionalDetails":{"bucketName":["streams"]}}}""", false)]
    [InlineData("""{"additionalDetails":{"bucketName":"uploads"}}""", false)]
    [InlineData("""{"data":{"resourceName":"*"}}""", true)]
    [InlineData("""{"data":{"nothing":"*"}}""", false)]
    [InlineData("""{"data":{"size":3}}""", true)]
    public void A_condition_is_a_subset_with_alternatives_and_stars(string condition, bool matches)
    {
        using var wanted = JsonDocument.Parse(condition);
        using var value = JsonDocument.Parse(Event);
        Assert.Equal(matches, RuleCondition.Matches(wanted.RootElement, value.RootElement));
    }
}
