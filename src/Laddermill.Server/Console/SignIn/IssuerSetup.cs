using Laddermill.Server.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Laddermill.Server.Console.SignIn;

/// <summary>Signing in at the OpenID Connect issuer that the configuration names: authorization code flow with PKCE (RFC 7636). Nothing that the issuer gives is kept but who it is and what they may do.</summary>
internal static class IssuerSetup
{
    public const string Scheme = "issuer";

    /// <summary>Where the issuer sends people back to; it must know this address.</summary>
    public const string ReturnPath = $"{SignInPages.Address}/return";

    public static void AddIssuer(this AuthenticationBuilder authentication, ServerSetup setup)
    {
        authentication.Services.AddSingleton<IssuerReturn>();
        authentication.AddOpenIdConnect(Scheme, issuer => Configure(issuer, setup));
    }

    private static void Configure(OpenIdConnectOptions issuer, ServerSetup setup)
    {
        var access = setup.Options.Access;
        issuer.Authority = access.OidcAuthority;
        // On this machine itself nobody listens in between.
        issuer.RequireHttpsMetadata = !new Uri(access.OidcAuthority).IsLoopback;
        issuer.BackchannelTimeout = TimeSpan.FromSeconds(10);
        issuer.ClientId = access.OidcClientId;
        issuer.ClientSecret = setup.OidcClientSecret is { Length: > 0 } secret ? secret : null;
        issuer.Scope.Clear();
        foreach (var scope in access.OidcScopes)
        {
            issuer.Scope.Add(scope);
        }
        issuer.SignInScheme = SignInSetup.Scheme;
        issuer.ResponseType = OpenIdConnectResponseType.Code;
        // A form of the issuer's page would come without our cookies, unless those went along with every site's requests.
        issuer.ResponseMode = OpenIdConnectResponseMode.Query;
        issuer.UsePkce = true;
        issuer.SaveTokens = false;
        issuer.MapInboundClaims = false;
        issuer.DisableTelemetry = true;
        issuer.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        issuer.CallbackPath = ReturnPath;
        // Signing out here is ours alone: SignInPages.
        issuer.RemoteSignOutPath = PathString.Empty;
        issuer.SignedOutCallbackPath = PathString.Empty;
        foreach (var cookie in (CookieBuilder[])[issuer.CorrelationCookie, issuer.NonceCookie])
        {
            // The way back begins at the issuer's page.
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = SignInSetup.SecurePolicy(access);
        }
        issuer.Events = new OpenIdConnectEvents
        {
            OnRedirectToIdentityProvider = context =>
            {
                if (access.PublicAddress.Length > 0)
                {
                    context.ProtocolMessage.RedirectUri = access.PublicAddress + ReturnPath;
                }
                return Task.CompletedTask;
            },
            OnTokenValidated = context => IssuerClaims.CompleteAsync(context, access),
            OnTicketReceived = context => Return(context.HttpContext).LetInAsync(context),
            OnAccessDenied = context => Return(context.HttpContext).TellDenied(context),
            OnRemoteFailure = context => Return(context.HttpContext).TellFailure(context),
        };
    }

    private static IssuerReturn Return(HttpContext http) =>
        http.RequestServices.GetRequiredService<IssuerReturn>();
}
