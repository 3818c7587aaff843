using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Laddermill.Server.Console.SignIn;

/// <summary>
/// What went wrong on the way through an issuer, told on the page that asks people to sign in. The sentence travels in the address, sealed: nobody can make this server say something else, the
/// page can be loaded again, and what the issuer sent is out of the address.
/// </summary>
internal sealed class Trouble(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ITimeLimitedDataProtector seal = protection
        .CreateProtector("sign-in trouble")
        .ToTimeLimitedDataProtector();

    public void Tell(HttpContext http, string sentence, string? next) =>
        http.Response.Redirect(
            SignInPages.Address
                + QueryString.Create([
                    KeyValuePair.Create<string, string?>("next", SignInPages.Local(next)),
                    KeyValuePair.Create<string, string?>(
                        "problem",
                        seal.Protect(sentence, Lifetime)
                    ),
                ])
        );

    /// <summary>Null for what we did not write, or long ago.</summary>
    public string? Read(string? sealedSentence)
    {
        try
        {
            return sealedSentence is { Length: > 0 } ? seal.Unprotect(sealedSentence) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
