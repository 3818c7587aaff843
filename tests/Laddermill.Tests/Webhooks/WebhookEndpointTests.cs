using Laddermill.Webhooks;

namespace Laddermill.Tests.Webhooks;

public sealed class WebhookEndpointTests
{
    private static readonly string Secret = WebhookSecret.Create().Reveal();

    [Fact]
    public void An_endpoint_wants_all_messages_or_those_it_names()
    {
        var all = WebhookEndpoint.Parse("https://cms.example.com/hook?a=b", [Secret], []);
        Assert.All(WebhookMessage.Types, type => Assert.True(all.Wants(type)));
        var some = WebhookEndpoint.Parse("http://127.0.0.1:8080", [Secret], ["job.failed"]);
        Assert.True(some.Wants(WebhookMessage.Failed));
        Assert.False(some.Wants(WebhookMessage.Succeeded));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/hook")]
    [InlineData("cms.example.com/hook")]
    [InlineData("ftp://cms.example.com/hook")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://me:secret@cms.example.com/hook")]
    [InlineData("https://cms.example.com/hook#a")]
    public void An_address_that_cannot_be_posted_to_is_refused(string address) =>
        Assert.Contains(
            "must be like https://",
            Refusal(address, [Secret], []),
            StringComparison.Ordinal
        );

    [Fact]
    public void No_secret_a_wrong_one_and_an_unknown_type_are_refused()
    {
        const string address = "https://cms.example.com";
        Assert.Contains("has no secret", Refusal(address, [], []), StringComparison.Ordinal);
        Assert.Contains("whsec_", Refusal(address, [Secret, "x"], []), StringComparison.Ordinal);
        Assert.Contains(
            "'job.done'",
            Refusal(address, [Secret], ["job.failed", "job.done"]),
            StringComparison.Ordinal
        );
    }

    private static string Refusal(string address, string[] secrets, string[] types) =>
        Assert
            .Throws<WebhookException>(() => WebhookEndpoint.Parse(address, secrets, types))
            .Message;
}
