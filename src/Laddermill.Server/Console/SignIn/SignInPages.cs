using System.Security.Claims;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Laddermill.Server.Console.SignIn;

/// <summary><c>/console/sign-in</c> and <c>/console/sign-out</c>: a key becomes a session, and a session ends.</summary>
internal static class SignInPages
{
    public const string Address = "/console/sign-in";
    public const string SignOutAddress = "/console/sign-out";

    public static void Map(IEndpointRouteBuilder routes, bool hasIssuer)
    {
        routes.MapGet(Address, AskedForAsync).OpenWithinLimits().ExcludeFromDescription();
        if (hasIssuer)
        {
            IssuerPages.Map(routes);
        }
        routes
            .MapPost(Address, SignInAsync)
            .OpenWithinLimits()
            .ExcludeFromDescription()
            .DisableAntiforgery();
        routes
            .MapPost(SignOutAddress, SignOutAsync)
            .OpenWithinLimits()
            .ExcludeFromDescription()
            .DisableAntiforgery();
    }

    /// <summary>Answers a stranger who asks for a page with the page that asks back; the address stays, and leads there after the sign-in.</summary>
    public static Task AskAsync(HttpContext http)
    {
        if (!ConsolePaths.IsPage(http.Request))
        {
            return Refuse(http);
        }
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return PageAsync(
            http,
            http.Request.Path + http.Request.QueryString,
            // Their cookie was not sent, because another site led here: the page asks once more by itself.
            isCrossed: http.Request.Headers["Sec-Fetch-Site"] == "cross-site"
        );
    }

    private static Task AskedForAsync(
        string? next,
        string? problem,
        bool? left,
        Trouble trouble,
        HttpContext http
    ) => PageAsync(http, Local(next), trouble.Read(problem), hasLeft: left == true);

    private static Task Refuse(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    private static Task PageAsync(
        HttpContext http,
        string next,
        string? problem = null,
        bool isCrossed = false,
        bool hasLeft = false
    )
    {
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<SignInPage>(
            new Dictionary<string, object?>
            {
                [nameof(SignInPage.Next)] = next,
                [nameof(SignInPage.Problem)] = problem,
                [nameof(SignInPage.View)] = Shell.View.Parse(
                    http.Request.Cookies[Shell.View.Cookie]
                ),
                [nameof(SignInPage.IsCrossed)] = isCrossed,
                [nameof(SignInPage.HasLeft)] = hasLeft,
            }
        ).ExecuteAsync(http);
    }

    private static async Task SignInAsync(
        [FromForm] string? key,
        [FromForm] string? next,
        ApiKeys keys,
        HttpContext http
    )
    {
        if (!IsOurPage(http.Request))
        {
            await Refuse(http);
            return;
        }
        var target = Local(next);
        if (await keys.FindAsync((key ?? "").Trim(), http.RequestAborted) is not { } known)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await PageAsync(http, target, "This key is unknown or revoked.");
            return;
        }
        await http.SignInAsync(
            SignInSetup.Scheme,
            new ClaimsPrincipal(
                new ClaimsIdentity(
                    [
                        new Claim(Scopes.Client, $"key:{known.Id}"),
                        new Claim(Scopes.Claim, Scopes.NameOf(known.Scope)),
                        new Claim(ClaimTypes.Name, known.Name),
                    ],
                    SignInSetup.Scheme
                )
            ),
            new AuthenticationProperties { IsPersistent = true }
        );
        http.Response.Redirect(target);
    }

    private static async Task SignOutAsync(HttpContext http)
    {
        if (!IsOurPage(http.Request))
        {
            await Refuse(http);
            return;
        }
        var isOfIssuer = Sessions.IsOfIssuer(http.User);
        await http.SignOutAsync(SignInSetup.Scheme);
        http.Response.Redirect(isOfIssuer ? $"{Address}?left=true" : "/");
    }

    /// <summary>Browsers say where a form came from; one of another site neither signs in nor out.</summary>
    internal static bool IsOurPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (
            request.Headers.Origin.ToString() is var origin
            && (origin.Length == 0 || BrowserGuard.IsSameHost(origin, request.Host))
        );

    /// <summary>A path of this server and nothing else: what leads elsewhere leads to the first page.</summary>
    internal static string Local(string? next) =>
        next is ['/', ..]
        && !next.StartsWith("//", StringComparison.Ordinal)
        && !next.Contains('\\')
            ? next
            : "/";
}
