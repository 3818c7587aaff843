using Laddermill.Events;

namespace Laddermill.Tests.Events;

/// <summary>Whoever posts an event must not choose whom we ask.</summary>
public sealed class ConfirmationAddressTests
{
    private const string Confirm = "/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:x&Token=t";

    [Theory]
    [InlineData(
        "https://cell1.notification.us-phoenix-1.oci.oraclecloud.com/20181201/subscriptions/ocid1.onssubscription.oc1.phx.a/confirmation?token=MDAw==&protocol=CUSTOM_HTTPS"
    )]
    [InlineData("https://notification.eu-frankfurt-1.oraclecloud.com/confirm?token=a%2B")]
    [InlineData("https://cell12.notification.us-gov-ashburn-1.oci.oraclegovcloud.com/x")]
    [InlineData("https://cell1.notification.eu-madrid-2.oci.oraclecloud.eu/x")]
    [InlineData("https://cell1.notification.me-dcc-muscat-1.oci.oraclecloud9.com/x")]
    public void Addresses_of_Oracle_Clouds_Notifications_are_followed(string address) =>
        Assert.Equal(address, ConfirmationAddress.OfOci(address).OriginalString);

    [Theory]
    [InlineData("https://sns.us-west-2.amazonaws.com")]
    [InlineData("https://sns.us-gov-west-1.amazonaws.com")]
    [InlineData("https://sns.ap-southeast-3.amazonaws.com")]
    [InlineData("https://sns.cn-northwest-1.amazonaws.com.cn")]
    public void Addresses_of_Amazon_SNS_are_followed(string host)
    {
        Assert.Equal(host + Confirm, ConfirmationAddress.OfSns(host + Confirm).OriginalString);
        Assert.Equal(
            host + "/SimpleNotificationService-01af.pem",
            ConfirmationAddress
                .OfSnsCertificate(host + "/SimpleNotificationService-01af.pem")
                .AbsoluteUri
        );
    }

    [Theory]
    [InlineData("http://GOOD/")]
    [InlineData("HTTPS://GOOD/")]
    [InlineData("ftp://GOOD/")]
    [InlineData("//GOOD/")]
    [InlineData("GOOD/")]
    [InlineData("https://GOOD:443/")]
    [InlineData("https://GOOD:8443/")]
    [InlineData("https://GOOD./")]
    [InlineData("https://me@GOOD/")]
    [InlineData("https://me:secret@GOOD/")]
    [InlineData("https://GOOD@example.com/")]
    [InlineData("https://GOOD:a@example.com/")]
    [InlineData("https://GOOD\\@example.com/")]
    [InlineData("https://GOOD#@example.com/")]
    [InlineData("https://example.com#GOOD/")]
    [InlineData("https://example.com/GOOD/")]
    [InlineData("https://example.com?GOOD/")]
    [InlineData("https://GOOD.example.com/")]
    [InlineData("https://xGOOD/")]
    [InlineData("https://x.GOOD/")]
    [InlineData("https://GOOD%2eexample.com/")]
    [InlineData("https://GOOD/\\example.com")]
    [InlineData("https://GOOD/ x")]
    [InlineData("https://GOOD/\n")]
    [InlineData("https://GOOD\n/")]
    [InlineData(" https://GOOD/")]
    [InlineData("https://GOOD/#x")]
    [InlineData("https://GOOD/é")]
    [InlineData("https:///GOOD/")]
    [InlineData("https://[::1]/GOOD")]
    [InlineData("https://169.254.169.254/GOOD")]
    [InlineData("")]
    public void All_others_are_not(string pattern)
    {
        Refused(
            ConfirmationAddress.OfOci,
            pattern,
            "cell1.notification.us-phoenix-1.oci.oraclecloud.com"
        );
        Refused(ConfirmationAddress.OfSns, pattern + Confirm[1..], "sns.us-west-2.amazonaws.com");
        Refused(
            ConfirmationAddress.OfSnsCertificate,
            pattern + "a.pem",
            "sns.us-west-2.amazonaws.com"
        );
    }

    [Theory]
    [InlineData("https://cell1.notification.us-phoenix-1.oci.oraclecloud11.com/")]
    [InlineData("https://cell1.notification.us-phoenix-1.oci.oraclecloud.com.cn/")]
    [InlineData("https://notification.oraclecloud.com/")]
    [InlineData("https://objectstorage.us-phoenix-1.oraclecloud.com/n/a/b/notification/o/x")]
    [InlineData("https://notification.us-phoenix-1.oci.oraclecloud-com.example/")]
    [InlineData("https://notification.a.b.oci.oraclecloud.com/")]
    [InlineData("https://cell1.notification.us-phoenix-1.oci.oraclecloud.com")]
    [InlineData("https://sns.us-west-2.amazonaws.com/")]
    [InlineData(null)]
    public void Other_hosts_of_Oracle_and_domains_that_anybody_may_buy_are_not(string? address) =>
        Assert.Throws<EventException>(() => ConfirmationAddress.OfOci(address));

    [Theory]
    // Buckets that are called sns.
    [InlineData("https://sns.s3.amazonaws.com")]
    [InlineData("https://sns.s3-us-west-2.amazonaws.com")]
    [InlineData("https://sns.s3.us-west-2.amazonaws.com")]
    [InlineData("https://sns.s3-website-us-west-2.amazonaws.com")]
    [InlineData("https://sns.amazonaws.com")]
    [InlineData("https://sns.us-west-2.amazonaws.org")]
    [InlineData("https://sns.us-west-2.amazonaws.com.co")]
    [InlineData("https://sqs.us-west-2.amazonaws.com")]
    public void Other_hosts_of_Amazon_are_not(string host)
    {
        Assert.Throws<EventException>(() => ConfirmationAddress.OfSns(host + Confirm));
        Assert.Throws<EventException>(() => ConfirmationAddress.OfSnsCertificate(host + "/a.pem"));
    }

    [Theory]
    [InlineData("/?Action=Publish&TopicArn=x")]
    [InlineData("/x?Action=ConfirmSubscription")]
    [InlineData("/a.pem")]
    public void An_address_of_SNS_that_confirms_nothing_is_not_followed(string rest) =>
        Assert.Contains(
            "confirms no subscription",
            Assert
                .Throws<EventException>(() =>
                    ConfirmationAddress.OfSns("https://sns.us-west-2.amazonaws.com" + rest)
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("/a.crt")]
    [InlineData("/a/b.pem")]
    [InlineData("/a.pem?x")]
    [InlineData("/?a.pem")]
    [InlineData("/../a.pem%0a")]
    public void An_address_of_SNS_that_is_no_certificates_is_not_followed(string rest) =>
        Assert.Contains(
            "none of a certificate",
            Assert
                .Throws<EventException>(() =>
                    ConfirmationAddress.OfSnsCertificate(
                        "https://sns.us-west-2.amazonaws.com" + rest
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    private static void Refused(Func<string?, Uri> check, string pattern, string host)
    {
        var address = pattern.Replace("GOOD", host, StringComparison.Ordinal);
        var refusal = Assert.Throws<EventException>(() => check(address));
        Assert.Contains("it is not followed", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }
}
