using System.Text.RegularExpressions;

namespace Laddermill.OciStandIn.Identity;

/// <summary><c>Signature version="1",keyId="…",algorithm="rsa-sha256",headers="…",signature="…"</c>, its parameters in any order.</summary>
/// <param name="Headers">Names of the signed headers, in lower case, in the order of the signing string.</param>
internal sealed partial record AuthorizationHeader(string KeyId, string[] Headers, byte[] Signature)
{
    [GeneratedRegex("""\G\s*(\w+)="([^"]*)"\s*(,|$)""")]
    private static partial Regex Parameter { get; }

    public static AuthorizationHeader Parse(string? header)
    {
        const string Scheme = "Signature ";
        if (header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
            throw Refusal.NotAuthenticated("The request is not signed.");
        var values = Parameter
            .Matches(header[Scheme.Length..])
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        string Value(string name) =>
            values.GetValueOrDefault(name)
            ?? throw Refusal.NotAuthenticated($"The Authorization header lacks '{name}'.");
        if (Value("version") != "1" || Value("algorithm") != "rsa-sha256")
            throw Refusal.NotAuthenticated("The signature is not rsa-sha256 of version 1.");
        var signature = new byte[1024];
        if (!Convert.TryFromBase64String(Value("signature"), signature, out var length))
            throw Refusal.NotAuthenticated("The signature is not base64.");
        return new(
            Value("keyId"),
            Value("headers").ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries),
            signature[..length]
        );
    }
}
