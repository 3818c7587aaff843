using System.Text;
using Laddermill.Webhooks;

namespace Laddermill.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    /// <summary>The vector of the official packages' own tests.</summary>
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Official = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly WebhookSecret Secret = WebhookSecret.Parse(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    );
    private static readonly DateTimeOffset Sent = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");

    [Fact]
    public void The_published_vector_is_signed_and_checked()
    {
        Assert.Equal(Official, WebhookSignature.Sign(Id, Sent, Body, [Secret]));
        Assert.Equal("1614265330", WebhookSignature.Timestamp(Sent));
        Assert.True(Verify(Official));
    }

    [Theory]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_signature_is_none(string? signatures) => Assert.False(Verify(signatures));

    [Fact]
    public void One_right_signature_among_others_suffices()
    {
        Assert.True(Verify($"v1,AAAA v2,BBBB {Official} v1,CCCC"));
        var changing = WebhookSignature.Sign(Id, Sent, Body, [WebhookSecret.Create(), Secret]);
        Assert.EndsWith(" " + Official, changing, StringComparison.Ordinal);
        Assert.True(Verify(changing));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void What_is_too_old_or_of_the_future_is_none(int seconds, bool isOne) =>
        Assert.Equal(
            isOne,
            WebhookSignature.Verify(
                Id,
                "1614265330",
                Official,
                Body,
                Secret,
                Sent.AddSeconds(seconds),
                WebhookSignature.DefaultTolerance
            )
        );

    [Theory]
    [InlineData(null, "1614265330")]
    [InlineData("msg_other", "1614265330")]
    [InlineData(Id, null)]
    [InlineData(Id, "")]
    [InlineData(Id, "1614265331")]
    [InlineData(Id, "+1614265330")]
    [InlineData(Id, "1614265330.0")]
    [InlineData(Id, "99999999999999999999")]
    [InlineData(Id, "9223372036854775807")]
    public void Another_id_or_time_is_not_what_was_signed(string? id, string? timestamp) =>
        Assert.False(
            WebhookSignature.Verify(
                id,
                timestamp,
                Official,
                Body,
                Secret,
                Sent,
                WebhookSignature.DefaultTolerance
            )
        );

    [Theory]
    [InlineData("")]
    [InlineData("a.1614265330")]
    public void An_id_that_could_run_into_the_time_is_not_signed(string id) =>
        Assert.Throws<ArgumentException>(() => WebhookSignature.Sign(id, Sent, Body, [Secret]));

    [Theory]
    [InlineData("", "must begin with whsec_")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "must begin with whsec_")]
    [InlineData("whsec_", "0 bytes long")]
    [InlineData("whsec_?", "no Base64")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ=", "23 bytes long")]
    [InlineData(
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "65 bytes long"
    )]
    public void A_secret_that_is_none_is_refused_without_being_shown(string text, string why)
    {
        var refusal = Assert.Throws<WebhookException>(() => WebhookSecret.Parse(text));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        if (text.Length > "whsec_".Length + 1)
        {
            Assert.DoesNotContain(text[^20..], refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_secret_is_shown_only_when_asked_for()
    {
        var secret = WebhookSecret.Create();
        Assert.Equal("whsec_…", $"{secret}");
        Assert.Equal(secret.Reveal(), WebhookSecret.Parse(secret.Reveal()).Reveal());
        Assert.NotEqual(secret.Reveal(), WebhookSecret.Create().Reveal());
    }

    private static bool Verify(string? signatures) =>
        WebhookSignature.Verify(
            Id,
            "1614265330",
            signatures,
            Body,
            Secret,
            Sent,
            WebhookSignature.DefaultTolerance
        );
}
