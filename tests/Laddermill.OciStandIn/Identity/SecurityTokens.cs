using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Laddermill.OciStandIn.Identity;

/// <summary>A resource principal's session: a token that names a public key, and the private key to it.</summary>
/// <param name="Token">A JWT, <c>rpst</c>.</param>
public sealed record Session(string Token, string PrivatePem)
{
    /// <summary>Writes <c>rpst</c> and <c>private.pem</c> as the platform mounts them; call again to rotate.</summary>
    /// <param name="isForAll">Whether the container's user is another than ours, who must read them.</param>
    public void WriteTo(string folder, bool isForAll = false)
    {
        Directory.CreateDirectory(folder);
        if (isForAll)
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        ApiKey.WritePrivately(Path.Combine(folder, "private.pem"), PrivatePem, isForAll);
        ApiKey.WritePrivately(Path.Combine(folder, "rpst"), Token, isForAll);
    }

    /// <summary>What the environment of the resource holds, when these files are in <paramref name="folder"/>.</summary>
    public static (string Name, string Value)[] Variables(string folder) =>
        [
            ("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2"),
            ("OCI_RESOURCE_PRINCIPAL_RPST", Path.Combine(folder, "rpst")),
            ("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", Path.Combine(folder, "private.pem")),
            ("OCI_RESOURCE_PRINCIPAL_REGION", "us-ashburn-1"),
        ];
}

/// <summary>Issues and reads the tokens of resource principals (version 2.2): signed here, each with a key pair of its own.</summary>
public sealed class SecurityTokens(TimeProvider time)
{
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>A new session that ends after <paramref name="lifetime"/>, which may be over already.</summary>
    /// <param name="subject">The resource's OCID; null: any.</param>
    public Session Issue(
        TimeSpan lifetime,
        string resourceType = "computecontainerinstance",
        string? subject = null
    )
    {
        using var key = RSA.Create(2048);
        var now = time.GetUtcNow();
        var claims = Json(writer =>
        {
            writer.WriteString(
                "sub",
                subject ?? $"ocid1.{resourceType}.oc1.iad.{Guid.NewGuid():n}"
            );
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (now + lifetime).ToUnixTimeSeconds());
            writer.WriteString("res_type", resourceType);
            writer.WriteString("res_tenant", "ocid1.tenancy.oc1..standin");
            writer.WriteString("res_compartment", "ocid1.compartment.oc1..standin");
            var parameters = key.ExportParameters(false);
            writer.WriteString("n", Base64Url.EncodeToString(parameters.Modulus));
            writer.WriteString("e", Base64Url.EncodeToString(parameters.Exponent));
        });
        var head = Json(writer =>
        {
            writer.WriteString("alg", "HS256");
            writer.WriteString("typ", "JWT");
        });
        var content = $"{Base64Url.EncodeToString(head)}.{Base64Url.EncodeToString(claims)}";
        return new(
            $"{content}.{Base64Url.EncodeToString(Seal(content))}",
            key.ExportPkcs8PrivateKeyPem()
        );
    }

    /// <summary>The key of a token and the kind of resource that it was issued to.</summary>
    internal (RSAParameters Key, string Type) Read(string token)
    {
        try
        {
            var end = token.LastIndexOf('.');
            var seal = Base64Url.DecodeFromChars(token.AsSpan(end + 1));
            if (end < 0 || !CryptographicOperations.FixedTimeEquals(seal, Seal(token[..end])))
                throw Refusal.NotAuthenticated("The token was not issued here.");
            using var claims = JsonDocument.Parse(
                Base64Url.DecodeFromChars(token[..end].Split('.')[1])
            );
            var root = claims.RootElement;
            if (root.GetProperty("exp").GetInt64() <= time.GetUtcNow().ToUnixTimeSeconds())
                throw Refusal.NotAuthenticated("The token has expired.");
            var key = new RSAParameters
            {
                Modulus = Base64Url.DecodeFromChars(root.GetProperty("n").GetString()),
                Exponent = Base64Url.DecodeFromChars(root.GetProperty("e").GetString()),
            };
            return (key, root.GetProperty("res_type").GetString()!);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw Refusal.NotAuthenticated("The token cannot be read.");
        }
    }

    private byte[] Seal(string content) =>
        HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(content));

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return memory.ToArray();
    }
}
