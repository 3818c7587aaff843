using Laddermill.Server.Api;
using Laddermill.Server.Configuration;
using Laddermill.Server.Console;
using Laddermill.Server.Console.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Laddermill.Server.Security;

/// <summary>Who may do what: registered and put in front of the routes.</summary>
internal static class AccessSetup
{
    private const string Either = "either";

    public static void AddAccess(this IServiceCollection services, ServerSetup setup)
    {
        var access = setup.Options.Access;
        var hasTokens = access.OidcAuthority.Length > 0;
        services.AddSingleton<ApiKeys>();
        // Not AddAuthentication: that would write the keys of cookies into the home folder; SignInSetup says where they lie.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = Either);
        services.AddWebEncoders();
        services.AddSingleton<IAuthenticationConfigurationProvider, OnlyOurConfiguration>();
        var authentication = new AuthenticationBuilder(services)
            .AddPolicyScheme(
                Either,
                null,
                choice =>
                    choice.ForwardDefaultSelector = context =>
                        context.Request.Headers.Authorization.Count == 0
                        && ConsolePaths.Holds(context.Request.Path)
                            ? SignInSetup.Scheme
                        : hasTokens
                        && KeyAuthentication.TokenOf(context.Request) is { } token
                        && !token.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal)
                            ? TokenAuthentication.Name
                        : KeyAuthentication.Name
            )
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(
                KeyAuthentication.Name,
                _ => { }
            );
        if (hasTokens)
        {
            authentication.AddTokens(access);
        }
        services.AddSingleton<IAuthorizationHandler, ScopeCheck>();
        services.AddAuthorization(authorization =>
        {
            foreach (var scope in Enum.GetValues<Scope>())
            {
                authorization.AddPolicy(
                    Scopes.NameOf(scope),
                    policy => policy.AddRequirements(new ScopeRequirement(scope))
                );
            }
            // A route that says nothing about who may use it is for administrators.
            authorization.FallbackPolicy = new AuthorizationPolicyBuilder()
                .AddRequirements(new ScopeRequirement(null))
                .Build();
        });
        services.AddRateLimiter(limiter =>
            ClientLimit.Configure(limiter, access.RequestsPerSecond)
        );
    }

    /// <summary>Comes after routing, and before every route.</summary>
    public static void UseAccess(this WebApplication app, ServerSetup setup)
    {
        app.Use(
            (context, next) =>
            {
                // What a worker or a film says must never be taken for a page, nor an error about it.
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers.XContentTypeOptions = "nosniff";
                    return Task.CompletedTask;
                });
                var request = context.Request;
                var objection = setup.NeedsKeys
                    ? BrowserGuard.ObjectionToConnection(request)
                    : BrowserGuard.Objection(
                        request.Method,
                        request.Scheme,
                        request.Host,
                        request.Headers.Origin,
                        request.Headers["Sec-Fetch-Site"]
                    ) ?? BrowserGuard.ObjectionToConnection(request);
                if (objection is not null)
                {
                    return Problems
                        .Of(StatusCodes.Status403Forbidden, "Refused", objection)
                        .ExecuteAsync(context);
                }
                // No store allows it in a name, and no database in a text.
                return request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true
                    ? Problems
                        .Bad("The query holds a NUL character, which is in no name.")
                        .ExecuteAsync(context)
                    : next(context);
            }
        );
        app.UseCors();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
    }

    /// <summary>Issuers are told by our configuration file alone, and not by appsettings.json beside it.</summary>
    private sealed class OnlyOurConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } =
            new ConfigurationBuilder().Build();
    }
}
