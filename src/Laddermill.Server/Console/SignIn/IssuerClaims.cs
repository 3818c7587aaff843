using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Laddermill.Server.Configuration;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Laddermill.Server.Console.SignIn;

/// <summary>
/// What an issuer says of somebody who signed in. Issuers differ in where they put it: the ID token, the access token when that is made for our API, or the UserInfo endpoint, which is asked when the
/// tokens do not tell enough.
/// </summary>
internal static class IssuerClaims
{
    private const int MostInName = 64;
    private static readonly string[] Names = ["name", "preferred_username", "email", "sub"];

    /// <summary>Adds to the ID token's claims what the others tell, and puts all into our words.</summary>
    public static async Task CompleteAsync(TokenValidatedContext context, AccessOptions access)
    {
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        identity.AddClaims(await OfAccessTokenAsync(context, identity, access));
        if (!identity.HasClaim(IsScope) || !identity.HasClaim(claim => claim.Type == "name"))
        {
            identity.AddClaims(await OfUserInfoAsync(context, identity, access));
        }
        TokenAuthentication.Translate(identity, access);

        bool IsScope(Claim claim) =>
            claim.Type == access.OidcScopeClaim && Scopes.Widest([claim.Value]) is not null;
    }

    /// <summary>What people read of themselves: one line, not too long.</summary>
    public static string NameOf(ClaimsPrincipal person)
    {
        var told = Names.Select(person.FindFirstValue).First(name => name is { Length: > 0 })!;
        var line = string.Concat(told.Where(c => !char.IsControl(c)));
        return line.Length <= MostInName ? line : $"{line[..(MostInName - 1)]}…";
    }

    /// <summary>Nothing when the token is not for us: then it is none of our business what is in it.</summary>
    private static async Task<IEnumerable<Claim>> OfAccessTokenAsync(
        TokenValidatedContext context,
        ClaimsIdentity identity,
        AccessOptions access
    )
    {
        var reader = new JsonWebTokenHandler { MapInboundClaims = false };
        if (
            context.TokenEndpointResponse?.AccessToken is not { } token
            || !reader.CanReadToken(token)
        )
        {
            return [];
        }
        var issuer = await ConfigurationAsync(context);
        var read = await reader.ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                ValidIssuer = issuer.Issuer,
                ValidAudience = access.OidcAudience,
                IssuerSigningKeys = issuer.SigningKeys,
                ClockSkew = TimeSpan.FromMinutes(1),
            }
        );
        return read.IsValid && SubjectOf(read.ClaimsIdentity) == SubjectOf(identity)
            ? read.ClaimsIdentity.FindAll(access.OidcScopeClaim)
            : [];
    }

    /// <summary>OpenID Connect Core 1.0 §5.3. Whoever cannot be asked has said nothing.</summary>
    private static async Task<IEnumerable<Claim>> OfUserInfoAsync(
        TokenValidatedContext context,
        ClaimsIdentity identity,
        AccessOptions access
    )
    {
        var issuer = await ConfigurationAsync(context);
        if (
            issuer.UserInfoEndpoint is not { Length: > 0 } endpoint
            || context.TokenEndpointResponse?.AccessToken is not { } token
        )
        {
            return [];
        }
        using var question = new HttpRequestMessage(HttpMethod.Get, endpoint);
        question.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await context.Options.Backchannel.SendAsync(
                question,
                context.HttpContext.RequestAborted
            );
            answer.EnsureSuccessStatusCode();
            using var told = JsonDocument.Parse(
                await answer.Content.ReadAsStringAsync(context.HttpContext.RequestAborted)
            );
            return Read(told.RootElement, SubjectOf(identity), [access.OidcScopeClaim, .. Names]);
        }
        catch (Exception trouble)
            when (trouble is HttpRequestException or TaskCanceledException or JsonException)
        {
            return [];
        }
    }

    /// <param name="subject">Whose it must be: else an answer for one could be given for another.</param>
    internal static IEnumerable<Claim> Read(
        JsonElement told,
        string? subject,
        IReadOnlyCollection<string> wanted
    ) =>
        told.ValueKind == JsonValueKind.Object
        && told.TryGetProperty("sub", out var whose)
        && whose.ValueKind == JsonValueKind.String
        && whose.GetString() == subject
            ?
            [
                .. told.EnumerateObject()
                    .Where(each => each.Name != "sub" && wanted.Contains(each.Name))
                    .SelectMany(each =>
                        Texts(each.Value).Select(text => new Claim(each.Name, text))
                    ),
            ]
            : [];

    private static IEnumerable<string> Texts(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
            _ => [],
        };

    private static string? SubjectOf(ClaimsIdentity identity) => identity.FindFirst("sub")?.Value;

    private static Task<OpenIdConnectConfiguration> ConfigurationAsync(
        TokenValidatedContext context
    ) =>
        context.Options.ConfigurationManager!.GetConfigurationAsync(
            context.HttpContext.RequestAborted
        );
}
