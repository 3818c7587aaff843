using System.Globalization;
using System.Security.Claims;
using Laddermill.Server.Configuration;
using Laddermill.Server.Security;

namespace Laddermill.Server.Console.SignIn;

/// <summary>Whether somebody who signed in still is. A key may be revoked; what an issuer said holds for a while, and only as long as the configuration names that issuer.</summary>
internal sealed class Sessions(ServerSetup setup, ApiKeys keys, TimeProvider time)
{
    /// <summary>What the name of a caller begins with whom an issuer knows; their subject follows.</summary>
    private const string IssuerClient = "oidc:";

    private const string Issuer = "laddermill:issuer";
    private const string Until = "laddermill:until";

    /// <summary>How long what the issuer says now is to hold.</summary>
    public DateTimeOffset End => time.GetUtcNow() + setup.Options.Access.OidcSession;

    /// <summary>Claims of a session that an issuer vouches for.</summary>
    public static IEnumerable<Claim> Bounds(AccessOptions access, DateTimeOffset end) =>
        [
            new(Issuer, access.OidcAuthority),
            new(Until, end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ];

    public static bool IsOfIssuer(ClaimsPrincipal caller) =>
        Scopes.ClientOf(caller)?.StartsWith(IssuerClient, StringComparison.Ordinal) == true;

    public async Task<bool> IsAliveAsync(ClaimsPrincipal caller, CancellationToken cancellation) =>
        IsOfIssuer(caller)
            ? IsWithinBounds(caller, setup.Options.Access, time.GetUtcNow())
            : await keys.IsAliveAsync(caller, cancellation);

    internal static bool IsWithinBounds(
        ClaimsPrincipal caller,
        AccessOptions access,
        DateTimeOffset now
    ) =>
        access.HasSignIn
        && caller.FindFirstValue(Issuer) == access.OidcAuthority
        && long.TryParse(
            caller.FindFirstValue(Until),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var until
        )
        && now.ToUnixTimeSeconds() < until;
}
