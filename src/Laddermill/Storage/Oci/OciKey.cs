using System.Security.Cryptography;
using System.Text;

namespace Laddermill.Storage.Oci;

/// <summary>A private key and the id that the service knows it by. Thread-safe; prints as nothing secret.</summary>
internal sealed class OciKey(string id, RSA key)
{
    private readonly Lock gate = new();

    /// <summary><c>tenancy/user/fingerprint</c>, or <c>ST$</c> and a token, which is a secret.</summary>
    public string Id => id;

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256, base64.</summary>
    public string Sign(string text)
    {
        lock (gate)
            return Convert.ToBase64String(
                key.SignData(
                    Encoding.UTF8.GetBytes(text),
                    HashAlgorithmName.SHA256,
                    RSASignaturePadding.Pkcs1
                )
            );
    }

    /// <param name="source">What the key was read from, for messages.</param>
    /// <exception cref="StoreException">It is no RSA key, or the pass phrase is wrong.</exception>
    public static OciKey FromPem(string id, string pem, string? passphrase, string source)
    {
        var key = RSA.Create();
        try
        {
            if (passphrase is null || !pem.Contains("ENCRYPTED", StringComparison.Ordinal))
                key.ImportFromPem(pem);
            else
                key.ImportFromEncryptedPem(pem, passphrase);
            return new OciKey(id, key);
        }
        // What these say may quote the text: neither message nor cause is passed on.
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new StoreException(
                $"The private key in {source} cannot be used; it must be an RSA key in PEM form, with its pass phrase when it is encrypted (old forms: convert with 'openssl pkcs8 -topk8')."
            );
        }
    }

    public override string ToString() => nameof(OciKey);
}
