using Laddermill.Server.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace Laddermill.Server.Console.SignIn;

/// <summary>How people are known from one page to the next: by a cookie that no script reads and no other site sends.</summary>
internal static class SignInSetup
{
    public const string Scheme = "console";
    public const string CookieName = "laddermill-session";

    /// <summary>Beside the ledger: who was signed in before a restart still is.</summary>
    public static string KeyFolder(ServerSetup setup) =>
        Path.Combine(
            setup.IsPostgres ? setup.Folder : Path.GetDirectoryName(setup.LedgerConnection)!,
            ".console-keys"
        );

    /// <summary>Behind a proxy that speaks TLS requests reach us without it.</summary>
    public static CookieSecurePolicy SecurePolicy(AccessOptions access) =>
        access.PublicAddress.StartsWith("https:", StringComparison.Ordinal)
            ? CookieSecurePolicy.Always
            : CookieSecurePolicy.SameAsRequest;

    public static void AddSignIn(this IServiceCollection services, ServerSetup setup)
    {
        var protection = services.AddDataProtection().SetApplicationName("laddermill");
        if (KeyPlace.Prepare(KeyFolder(setup)) is { } place)
        {
            protection.PersistKeysToFileSystem(place);
        }
        else
        {
            protection.UseEphemeralDataProtectionProvider();
        }
        services.AddSingleton<Sessions>();
        services.AddSingleton<Trouble>();
        services.AddScoped<AuthenticationStateProvider, KeptState>();
        var authentication = new AuthenticationBuilder(services);
        if (setup.Options.Access.HasSignIn)
        {
            authentication.AddIssuer(setup);
        }
        authentication.AddCookie(
            Scheme,
            cookie =>
            {
                cookie.Cookie.Name = CookieName;
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.Cookie.SecurePolicy = SecurePolicy(setup.Options.Access);
                cookie.Cookie.IsEssential = true;
                cookie.ExpireTimeSpan = TimeSpan.FromDays(7);
                cookie.SlidingExpiration = true;
                cookie.Events.OnValidatePrincipal = async context =>
                {
                    var sessions =
                        context.HttpContext.RequestServices.GetRequiredService<Sessions>();
                    if (
                        !await sessions.IsAliveAsync(
                            context.Principal!,
                            context.HttpContext.RequestAborted
                        )
                    )
                    {
                        context.RejectPrincipal();
                    }
                };
                cookie.Events.OnRedirectToLogin = context =>
                    SignInPages.AskAsync(context.HttpContext);
                cookie.Events.OnRedirectToAccessDenied = context =>
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                };
            }
        );
    }
}
