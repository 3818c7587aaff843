using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Laddermill.Events;

/// <summary>
/// The envelope of Amazon SNS. Who may post to us may write one; that Amazon wrote it is proven by its signature, with the certificate that lies at
/// <see cref="CertificateAddress"/>, and that it is of our topic by <see cref="TopicArn"/>.
/// </summary>
public sealed class SnsMessage
{
    private readonly byte[] signed;
    private readonly byte[] signature;
    private readonly HashAlgorithmName algorithm;

    private SnsMessage(JsonElement root)
    {
        Type = EventJson.Text(root, "Type")!;
        MessageId = Required(root, "MessageId");
        TopicArn = Required(root, "TopicArn");
        Message = Required(root, "Message");
        CertificateAddress = ConfirmationAddress.OfSnsCertificate(Required(root, "SigningCertURL"));
        algorithm = Required(root, "SignatureVersion") switch
        {
            "1" => HashAlgorithmName.SHA1,
            "2" => HashAlgorithmName.SHA256,
            var version => throw new EventException(
                $"The message of SNS has the signature version '{EventRecords.Show(version)}'; 1 and 2 are known."
            ),
        };
        signature =
            EventJson.Child(root, "Signature") is { ValueKind: JsonValueKind.String } text
            && text.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : throw new EventException("The message of SNS has no Signature in Base64.");
        signed = Encoding.UTF8.GetBytes(StringToSign(root));
        SubscribeUrl = EventJson.Text(root, "SubscribeURL");
    }

    /// <summary><c>Notification</c>, <c>SubscriptionConfirmation</c> or <c>UnsubscribeConfirmation</c>.</summary>
    public string Type { get; }

    /// <summary>The same each time that this message is delivered.</summary>
    public string MessageId { get; }

    public string TopicArn { get; }

    /// <summary>Where the certificate lies, on a host of SNS.</summary>
    public Uri CertificateAddress { get; }

    internal string Message { get; }

    internal string? SubscribeUrl { get; }

    /// <summary>Whether this is the shape of SNS; what is missing in it is told by <see cref="Read"/>.</summary>
    internal static bool IsOne(JsonElement root) =>
        EventJson.Text(root, "Type")
            is "Notification"
                or "SubscriptionConfirmation"
                or "UnsubscribeConfirmation"
        && EventJson.Text(root, "TopicArn") is not null;

    /// <exception cref="EventException">A field is missing, or the certificate is to come from elsewhere.</exception>
    internal static SnsMessage Read(JsonElement root) => new(root);

    /// <summary>Whether the holder of <paramref name="certificate"/>, which must be valid at that time, has signed all that is read of this message.</summary>
    public bool IsSignedBy(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (now < certificate.NotBefore || now > certificate.NotAfter)
        {
            return false;
        }
        using var key = certificate.GetRSAPublicKey();
        return key is not null
            && key.VerifyData(signed, signature, algorithm, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Names and values, each on a line, in the order of Amazon's manual (Verifying the signatures of Amazon SNS messages).</summary>
    private string StringToSign(JsonElement root)
    {
        string[] names =
            Type == "Notification"
                ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
                :
                [
                    "Message",
                    "MessageId",
                    "SubscribeURL",
                    "Timestamp",
                    "Token",
                    "TopicArn",
                    "Type",
                ];
        // Only a subject may be left out.
        var present = names.Where(name =>
            name != "Subject" || EventJson.Text(root, name) is not null
        );
        return string.Concat(present.Select(name => $"{name}\n{Required(root, name)}\n"));
    }

    private static string Required(JsonElement root, string name) =>
        EventJson.Text(root, name)
        ?? throw new EventException(
            $"The message of SNS has no {name}; it must be one as SNS sends it."
        );
}
