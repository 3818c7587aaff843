using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Laddermill.OciStandIn.Identity;

/// <summary>Who may sign requests: users with a registered API key, and resources with a token that was issued here.</summary>
public sealed class Principals(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, byte[]> apiKeys = new();

    public SecurityTokens Tokens { get; } = new(time);

    /// <param name="keyId"><c>tenancy/user/fingerprint</c>.</param>
    /// <param name="publicKey">DER SubjectPublicKeyInfo.</param>
    public void Register(string keyId, byte[] publicKey) => apiKeys[keyId] = publicKey;

    /// <summary>Makes an API key of a new user.</summary>
    public ApiKey CreateApiKey()
    {
        var key = ApiKey.Create();
        Register(key.KeyId, key.PublicKey);
        return key;
    }

    /// <summary>The kind of principal that signed: <c>user</c>, or a type of resource; null when the signature is wrong.</summary>
    internal string? Verify(string keyId, byte[] content, byte[] signature)
    {
        var type = "user";
        const string TokenMark = "ST$";
        using var key = RSA.Create();
        if (keyId.StartsWith(TokenMark, StringComparison.Ordinal))
        {
            (var parameters, type) = Tokens.Read(keyId[TokenMark.Length..]);
            key.ImportParameters(parameters);
        }
        else if (apiKeys.TryGetValue(keyId, out var registered))
            key.ImportSubjectPublicKeyInfo(registered, out _);
        else
            throw Refusal.NotAuthenticated("The key is not registered.");
        var isRight = key.VerifyData(
            content,
            signature,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        return isRight ? type : null;
    }
}
