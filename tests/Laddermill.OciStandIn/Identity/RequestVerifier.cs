using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Laddermill.OciStandIn.Identity;

/// <summary>Refuses every request that is not signed as OCI wants it, by a key or token that it knows, within five minutes.</summary>
internal sealed class RequestVerifier(Principals principals, TimeProvider time)
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <param name="bodyIsFree">PutObject and UploadPart need not sign their body.</param>
    /// <returns>The kind of principal that signed.</returns>
    public async Task<string> VerifyAsync(Call call, bool bodyIsFree)
    {
        var authorization = AuthorizationHeader.Parse(call.Header("Authorization"));
        CheckHeaders(call, authorization.Headers, bodyIsFree);
        CheckDate(call, authorization.Headers);
        var type =
            principals.Verify(
                authorization.KeyId,
                SigningString(call, authorization.Headers),
                authorization.Signature
            ) ?? throw Refusal.NotAuthenticated("The signature does not match the request.");
        if (!authorization.Headers.Contains("x-content-sha256"))
            return type;
        var hash = Convert.ToBase64String(SHA256.HashData(await call.BytesAsync()));
        if (call.Header("x-content-sha256") != hash)
            throw Refusal.NotAuthenticated("x-content-sha256 is not the hash of the body.");
        return type;
    }

    private static void CheckHeaders(Call call, string[] signed, bool bodyIsFree)
    {
        var needed = new List<string> { "(request-target)", "host" };
        if (call.Method is "POST" or "PUT" or "PATCH" && !bodyIsFree)
            needed.AddRange(["content-length", "content-type", "x-content-sha256"]);
        foreach (var name in needed)
        {
            if (!signed.Contains(name))
                throw Refusal.NotAuthenticated($"The signature does not cover '{name}'.");
        }
    }

    private void CheckDate(Call call, string[] signed)
    {
        // Browsers and some libraries cannot set date: x-date then stands for it.
        var name = call.Header("x-date") is null ? "date" : "x-date";
        if (!signed.Contains(name))
            throw Refusal.NotAuthenticated($"The signature does not cover '{name}'.");
        if (
            !DateTimeOffset.TryParseExact(
                call.Header(name),
                "r",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var date
            )
            || (time.GetUtcNow() - date).Duration() > Skew
        )
            throw Refusal.NotAuthenticated("The date is more than five minutes off.");
    }

    private static byte[] SigningString(Call call, string[] signed) =>
        Encoding.UTF8.GetBytes(
            string.Join(
                '\n',
                signed.Select(name =>
                    name == "(request-target)"
                        ? $"{name}: {call.Method.ToLowerInvariant()} {call.RawTarget}"
                        : $"{name}: {call.Header(name) ?? throw Refusal.NotAuthenticated($"The signed header '{name}' is missing.")}"
                )
            )
        );
}
