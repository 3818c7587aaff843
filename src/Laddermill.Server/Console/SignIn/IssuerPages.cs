using Laddermill.Server.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Laddermill.Server.Console.SignIn;

/// <summary><c>/console/sign-in/issuer</c> and <c>/console/sign-out/issuer</c>: links to the issuer's own pages. Links and not forms, so that the policy for content need not name the issuer.</summary>
internal static class IssuerPages
{
    public const string SignIn = $"{SignInPages.Address}/issuer";
    public const string SignOut = $"{SignInPages.SignOutAddress}/issuer";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(SignIn, SignInAsync).OpenWithinLimits().ExcludeFromDescription();
        routes.MapGet(SignOut, SignOutAsync).OpenWithinLimits().ExcludeFromDescription();
    }

    /// <param name="other">Whether the issuer is to ask who it is, although it may know.</param>
    private static async Task SignInAsync(
        string? next,
        bool? other,
        IssuerReturn ways,
        HttpContext http
    )
    {
        // Nobody else's page begins a sign-in here.
        if (!SignInPages.IsOurPage(http.Request))
        {
            http.Response.Redirect(SignInPages.Address);
            return;
        }
        var properties = new AuthenticationProperties { RedirectUri = SignInPages.Local(next) };
        if (other == true)
        {
            properties.SetParameter(OpenIdConnectParameterNames.Prompt, "login");
        }
        try
        {
            await http.ChallengeAsync(IssuerSetup.Scheme, properties);
        }
        catch (Exception failure) when (IssuerReturn.IsTrouble(failure))
        {
            ways.TellFailure(http, failure, next);
        }
    }

    /// <summary>OpenID Connect RP-Initiated Logout 1.0, without a hint: that would be a token in an address. So the issuer asks whether it is meant.</summary>
    private static async Task SignOutAsync(
        IOptionsMonitor<OpenIdConnectOptions> issuers,
        IssuerReturn ways,
        HttpContext http
    )
    {
        var issuer = issuers.Get(IssuerSetup.Scheme);
        try
        {
            var known = await issuer.ConfigurationManager!.GetConfigurationAsync(
                http.RequestAborted
            );
            http.Response.Redirect(
                known.EndSessionEndpoint is { Length: > 0 } end
                    ? new OpenIdConnectMessage
                    {
                        IssuerAddress = end,
                        ClientId = issuer.ClientId,
                        EnableTelemetryParameters = false,
                    }.BuildRedirectUrl()
                    : issuer.Authority!
            );
        }
        catch (Exception failure) when (IssuerReturn.IsTrouble(failure))
        {
            ways.TellFailure(http, failure, null);
        }
    }
}
