using System.Security.Claims;
using Laddermill.Server.Configuration;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Laddermill.Server.Console.SignIn;

/// <summary>How people come back from the issuer: with a session, or with a sentence that says why not.</summary>
internal sealed partial class IssuerReturn(
    ServerSetup setup,
    Sessions sessions,
    Trouble trouble,
    ILogger<IssuerReturn> log
)
{
    private const int MostOfReason = 200;

    private string Issuer => setup.Options.Access.IssuerName;

    public async Task LetInAsync(TicketReceivedContext context)
    {
        var (http, person) = (context.HttpContext, context.Principal!);
        context.HandleResponse();
        if (Scopes.Of(person) is not { } scope)
        {
            NothingAllowed(Scopes.ClientOf(person));
            trouble.Tell(
                http,
                $"{Issuer} knows you as {IssuerClaims.NameOf(person)}, but this account may do nothing here. Whoever runs {Issuer} can give it read, submit or admin in \"{setup.Options.Access.OidcScopeClaim}\".",
                context.ReturnUri
            );
            return;
        }
        var end = sessions.End;
        await http.SignInAsync(
            SignInSetup.Scheme,
            new ClaimsPrincipal(
                new ClaimsIdentity(
                    [
                        new Claim(Scopes.Client, Scopes.ClientOf(person)!),
                        new Claim(Scopes.Claim, Scopes.NameOf(scope)),
                        new Claim(ClaimTypes.Name, IssuerClaims.NameOf(person)),
                        .. Sessions.Bounds(setup.Options.Access, end),
                    ],
                    SignInSetup.Scheme
                )
            ),
            new AuthenticationProperties
            {
                IsPersistent = true,
                ExpiresUtc = end,
                AllowRefresh = false,
            }
        );
        SignedIn(Scopes.ClientOf(person), Scopes.NameOf(scope));
        http.Response.Headers.CacheControl = "no-store";
        await new RazorComponentResult<WelcomePage>(
            new Dictionary<string, object?>
            {
                [nameof(WelcomePage.Next)] = SignInPages.Local(context.ReturnUri),
            }
        ).ExecuteAsync(http);
    }

    public Task TellDenied(AccessDeniedContext context)
    {
        context.HandleResponse();
        trouble.Tell(
            context.HttpContext,
            $"{Issuer} did not let you in: the sign-in was cancelled there, or it is not allowed to your account.",
            context.Properties?.RedirectUri
        );
        return Task.CompletedTask;
    }

    public Task TellFailure(RemoteFailureContext context)
    {
        context.HandleResponse();
        TellFailure(context.HttpContext, context.Failure!, context.Properties?.RedirectUri);
        return Task.CompletedTask;
    }

    public void TellFailure(HttpContext http, Exception failure, string? next)
    {
        // Whoever opens the address of the way back for nothing is not worth a line.
        if (!IsUnasked(failure))
        {
            Failed(Issuer, failure.GetBaseException().Message.Split('\n')[0]);
        }
        trouble.Tell(http, Sentence(failure), next);
    }

    /// <summary>Whether it is the issuer's or the network's fault, and nobody's error here.</summary>
    public static bool IsTrouble(Exception failure) =>
        failure
            is HttpRequestException
                or TaskCanceledException
                or IOException
                or InvalidOperationException
                or OpenIdConnectProtocolException;

    private string Sentence(Exception failure) =>
        failure switch
        {
            OpenIdConnectProtocolException { Data: var told }
                when told["error_description"] is string reason => Refusal(reason),
            OpenIdConnectProtocolException { Data: var told } when told["error"] is string code =>
                Refusal(code),
            _ when IsUnasked(failure) =>
                "This sign-in took too long, or began in another browser. Begin again.",
            _ when IsTrouble(failure) =>
                $"{Issuer} does not answer. Try again in a while, or use a key.",
            _ =>
                $"What {Issuer} answered cannot be trusted or read; this server's log says why. Use a key for now.",
        };

    /// <summary>No state, a wrong one, or one that this browser did not begin with.</summary>
    private static bool IsUnasked(Exception failure) =>
        failure is AuthenticationFailureException { InnerException: null };

    private string Refusal(string reason) =>
        $"{Issuer} refused: {(reason.Length <= MostOfReason ? reason : $"{reason[..MostOfReason]}…")}";

    [LoggerMessage(LogLevel.Information, "{Client} signed in to the console with scope {Scope}.")]
    private partial void SignedIn(string? client, string scope);

    [LoggerMessage(
        LogLevel.Warning,
        "{Client} was not let in to the console: the issuer names no scope of ours for this account (access.oidcScopeClaim)."
    )]
    private partial void NothingAllowed(string? client);

    [LoggerMessage(LogLevel.Warning, "A sign-in at {Issuer} came to nothing: {Reason}")]
    private partial void Failed(string issuer, string reason);
}
