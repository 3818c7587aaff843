using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Events;
using Laddermill.Processes;

namespace Laddermill.Tests.Events;

/// <summary>Messages of a topic that signs with a key of ours, by the order of fields in Amazon's manual, and Amazon's own validator on the same messages.</summary>
public sealed class SnsSignatureTests : IDisposable
{
    private const string Arn = "arn:aws:sns:eu-central-1:123456789012:films";

    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 8, TimeSpan.Zero);

    private readonly RSA key = RSA.Create(2048);
    private readonly X509Certificate2 certificate;

    public SnsSignatureTests() => certificate = Certificate(key);

    public static TheoryData<string, string, bool> Kinds =>
        new MatrixTheoryData<string, string, bool>(
            ["Notification", "SubscriptionConfirmation"],
            ["1", "2"],
            [true, false]
        );

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task What_we_take_for_signed_is_signed_for_Amazons_own_validator(
        string type,
        string version,
        bool isOurs
    )
    {
        var project = await NpmProject.InstallAsync("signatures");
        using var other = RSA.Create(2048);
        var message = Message(type, version, isOurs ? key : other);

        Assert.Equal(isOurs, IsSigned(message));
        Assert.Equal(
            isOurs ? "valid" : "The message signature is invalid.",
            await AskAmazonsAsync(project, message)
        );
    }

    [Theory]
    [InlineData("Notification", "Message")]
    [InlineData("Notification", "MessageId")]
    [InlineData("Notification", "Subject")]
    [InlineData("Notification", "Timestamp")]
    [InlineData("Notification", "TopicArn")]
    [InlineData("SubscriptionConfirmation", "SubscribeURL")]
    [InlineData("SubscriptionConfirmation", "Token")]
    [InlineData("UnsubscribeConfirmation", "Token")]
    public void Whoever_changes_a_field_breaks_the_signature(string type, string field)
    {
        var message = Message(type, "2", key);
        Assert.True(IsSigned(message));
        // Still readable: only the signature can tell.
        message[field] = (string)message[field]! + (field == "Message" ? " " : "x");
        Assert.False(IsSigned(message));
    }

    [Fact]
    public void A_subject_may_be_left_out_and_none_can_be_added()
    {
        var message = Message("Notification", "2", key, subject: null);
        Assert.True(IsSigned(message));
        message["Subject"] = "Amazon S3 Notification";
        Assert.False(IsSigned(message));
    }

    [Theory]
    [InlineData(-31, false)]
    [InlineData(0, true)]
    [InlineData(31, false)]
    public void A_certificate_counts_while_it_is_valid(int days, bool isValid) =>
        Assert.Equal(isValid, IsSigned(Message("Notification", "2", key), Now.AddDays(days)));

    [Theory]
    [InlineData("Signature", "????", "no Signature in Base64")]
    [InlineData("SignatureVersion", "3", "signature version '3'")]
    [InlineData("SigningCertURL", "https://example.com/a.pem", "it is not followed")]
    [InlineData("Timestamp", "", "no Timestamp")]
    public void What_cannot_be_checked_is_refused(string field, string value, string why)
    {
        var message = Message("Notification", "2", key);
        message[field] = value;
        Assert.Contains(
            why,
            Assert.Throws<EventException>(() => Read(message)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_signature_of_another_length_or_by_another_kind_of_key_is_none()
    {
        var message = Message("Notification", "2", key);
        using var curve = ECDsa.Create();
        using var other = new CertificateRequest(
            "CN=sns.amazonaws.com",
            curve,
            HashAlgorithmName.SHA256
        ).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        Assert.False(Read(message).Sns!.IsSignedBy(other, Now));
        message["Signature"] = "AAAA";
        Assert.False(IsSigned(message));
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }

    private static EventReading Read(JsonObject message) =>
        EventReader.Read(
            "text/plain; charset=UTF-8",
            _ => null,
            Encoding.UTF8.GetBytes(message.ToJsonString())
        );

    private bool IsSigned(JsonObject message, DateTimeOffset? at = null) =>
        Read(message).Sns!.IsSignedBy(certificate, at ?? Now);

    private async Task<string> AskAmazonsAsync(string project, JsonObject message)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var input = new JsonObject
        {
            ["certificate"] = certificate.ExportCertificatePem(),
            ["message"] = message,
        };
        await using var node = ToolProcess.Start(
            new ToolCommand("node", ["sns.js"])
            {
                WorkingDirectory = project,
                Input = [Encoding.UTF8.GetBytes(input.ToJsonString())],
            },
            ToolOutput.Captured,
            cancellationToken: cancellation
        );
        using var output = new StreamReader(node.StandardOutput);
        var told = await output.ReadToEndAsync(cancellation);
        await node.EnsureSuccessAsync("Amazon's validator did not run.");
        return told.Trim();
    }

    private static JsonObject Message(
        string type,
        string version,
        RSA signer,
        string? subject = "Amazon S3 Notification"
    )
    {
        const string text =
            """{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"кино+é"}}}]}""";
        const string time = "2026-03-04T05:06:07.089Z";
        const string address =
            $"https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={Arn}&Token=abc";
        var toSign =
            type == "Notification"
                ? $"Message\n{text}\nMessageId\n42\n{(subject is null ? "" : $"Subject\n{subject}\n")}Timestamp\n{time}\nTopicArn\n{Arn}\nType\n{type}\n"
                : $"Message\n{text}\nMessageId\n42\nSubscribeURL\n{address}\nTimestamp\n{time}\nToken\nabc\nTopicArn\n{Arn}\nType\n{type}\n";
        var signature = signer.SignData(
            Encoding.UTF8.GetBytes(toSign),
            version == "1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        var message = new JsonObject
        {
            ["Type"] = type,
            ["MessageId"] = "42",
            ["TopicArn"] = Arn,
            ["Message"] = text,
            ["Timestamp"] = time,
            ["SignatureVersion"] = version,
            ["Signature"] = Convert.ToBase64String(signature),
            ["SigningCertURL"] =
                "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-01af.pem",
        };
        if (type != "Notification")
        {
            message["Token"] = "abc";
            message["SubscribeURL"] = address;
        }
        else if (subject is not null)
        {
            message["Subject"] = subject;
        }
        return message;
    }

    private static X509Certificate2 Certificate(RSA key) =>
        new CertificateRequest(
            "CN=sns.amazonaws.com",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
}
