using System.Security.Claims;
using Laddermill.Server.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Laddermill.Server.Security;

/// <summary>Knows callers by tokens of an OpenID Connect issuer that the configuration names.</summary>
internal static class TokenAuthentication
{
    public const string Name = "oidc";

    public static void AddTokens(this AuthenticationBuilder authentication, AccessOptions access) =>
        authentication.AddJwtBearer(
            Name,
            bearer =>
            {
                bearer.Authority = access.OidcAuthority;
                bearer.Audience = access.OidcAudience;
                // On this machine itself nobody listens in between.
                bearer.RequireHttpsMetadata = !new Uri(access.OidcAuthority).IsLoopback;
                bearer.BackchannelTimeout = TimeSpan.FromSeconds(10);
                bearer.MapInboundClaims = false;
                bearer.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
                bearer.Events = new JwtBearerEvents
                {
                    OnTokenValidated = context =>
                    {
                        Translate((ClaimsIdentity)context.Principal!.Identity!, access);
                        return Task.CompletedTask;
                    },
                };
            }
        );

    /// <summary>Puts the issuer's claims into our words. Ours, should a token hold them, do not count.</summary>
    internal static void Translate(ClaimsIdentity identity, AccessOptions access)
    {
        string[] ours = [Scopes.Claim, Scopes.Client];
        foreach (var forged in identity.Claims.Where(each => ours.Contains(each.Type)).ToList())
        {
            identity.RemoveClaim(forged);
        }
        identity.AddClaim(
            new Claim(Scopes.Client, $"oidc:{identity.FindFirst("sub")?.Value ?? "nobody"}")
        );
        var texts = identity.FindAll(access.OidcScopeClaim).Select(each => each.Value);
        if (Scopes.Widest(texts) is { } scope)
        {
            identity.AddClaim(new Claim(Scopes.Claim, Scopes.NameOf(scope)));
        }
    }
}
