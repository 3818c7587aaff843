using System.Security.Cryptography;

namespace Laddermill.Storage.Oci;

/// <summary>
/// Oracle Cloud's request signatures (version 1 of draft-cavage-http-signatures): the named headers, in their order, signed with RSA and SHA-256.
/// </summary>
internal static class RequestSigner
{
    public const string Target = "(request-target)";

    /// <summary>The value of <see cref="Target"/>: method and target exactly as they go over the wire.</summary>
    public static string TargetOf(HttpMethod method, Uri uri) =>
        $"{method.Method.ToLowerInvariant()} {uri.PathAndQuery}";

    /// <summary>One line for each header, <c>name: value</c>, without a newline at the end.</summary>
    public static string SigningString(IEnumerable<(string Name, string Value)> headers) =>
        string.Join('\n', headers.Select(h => $"{h.Name.ToLowerInvariant()}: {h.Value}"));

    /// <summary>The value of the header Authorization.</summary>
    public static string Authorize(
        OciKey key,
        IReadOnlyCollection<(string Name, string Value)> headers
    ) =>
        $"Signature version=\"1\",keyId=\"{key.Id}\",algorithm=\"rsa-sha256\",headers=\"{string.Join(' ', headers.Select(h => h.Name))}\",signature=\"{key.Sign(SigningString(headers))}\"";

    /// <summary>The value of <c>x-content-sha256</c>; an empty body has one too.</summary>
    public static string HashOf(ReadOnlySpan<byte> body) =>
        Convert.ToBase64String(SHA256.HashData(body));
}
