using System.Buffers.Text;
using System.Text.Json;

namespace Laddermill.Storage.Oci;

/// <summary>
/// What Oracle's Functions and Container Instances give to what runs in them (resource principal, version 2.2): a token and the private key to it, each a
/// file that is replaced from time to time, or the text itself. They belong together, so both are read anew: five minutes before the token ends, and when
/// the service refuses it.
/// </summary>
public sealed class ResourcePrincipalCredentials : OciCredentials
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly string token;
    private readonly string pem;
    private readonly string? passphrase;
    private OciKey? key;
    private DateTimeOffset expires;

    /// <param name="variable">Environment variables.</param>
    /// <exception cref="AddressException">A variable is missing, or of another version.</exception>
    internal ResourcePrincipalCredentials(Func<string, string?> variable, TimeProvider time)
    {
        const string Prefix = "OCI_RESOURCE_PRINCIPAL_";
        string Required(string name) =>
            variable(Prefix + name) is { Length: > 0 } value
                ? value
                : throw new AddressException(
                    $"{Prefix}{name} is not set, though {Prefix}VERSION is: the environment of the resource principal is not complete."
                );
        if (variable(Prefix + "VERSION") is not "2.2")
            throw new AddressException(
                $"{Prefix}VERSION is '{variable(Prefix + "VERSION")}'; only 2.2 is known."
            );
        this.time = time;
        (token, pem, Region) = (Required("RPST"), Required("PRIVATE_PEM"), Required("REGION"));
        passphrase = variable(Prefix + "PRIVATE_PEM_PASSPHRASE") is { Length: > 0 } phrase
            ? phrase
            : null;
        if (passphrase is not null && IsPath(passphrase) != IsPath(pem))
            throw new AddressException(
                $"Of {Prefix}PRIVATE_PEM and {Prefix}PRIVATE_PEM_PASSPHRASE one is a path and the other is not; both must be paths, or neither."
            );
    }

    public override string Region { get; }

    internal override OciKey Get(bool renew)
    {
        lock (gate)
        {
            if (key is null || renew || time.GetUtcNow() >= expires - Early)
                (key, expires) = Load();
            return key;
        }
    }

    private (OciKey, DateTimeOffset) Load()
    {
        var read = Content(token, "the token of the resource principal").Trim();
        var phrase = passphrase is null
            ? null
            : Content(passphrase, "the pass phrase of the resource principal").TrimEnd('\r', '\n');
        var loaded = OciKey.FromPem(
            "ST$" + read,
            Content(pem, "the private key of the resource principal"),
            phrase,
            "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM"
        );
        return (loaded, Expiry(read));
    }

    private static string Content(string value, string what) =>
        IsPath(value) ? ReadFile(value, what) : value;

    private static bool IsPath(string value) => value.StartsWith('/');

    /// <summary>The claim <c>exp</c>. Whether the token is genuine is the service's to say.</summary>
    private static DateTimeOffset Expiry(string token)
    {
        try
        {
            using var claims = JsonDocument.Parse(
                Base64Url.DecodeFromChars(token.Split('.') is [_, var payload, ..] ? payload : "")
            );
            return DateTimeOffset.FromUnixTimeSeconds(
                claims.RootElement.GetProperty("exp").GetInt64()
            );
        }
        // What these say may quote the token.
        catch (Exception e)
            when (e
                    is JsonException
                        or FormatException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or ArgumentOutOfRangeException
            )
        {
            throw new StoreException(
                "The token in OCI_RESOURCE_PRINCIPAL_RPST cannot be read; it must be a JSON web token with an 'exp'."
            );
        }
    }
}
