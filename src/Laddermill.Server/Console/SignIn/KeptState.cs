using Laddermill.Server.Configuration;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Laddermill.Server.Console.SignIn;

/// <summary>Who looks at an open page. It is asked now and then whether their key still opens anything, or how long the issuer's word holds; when it does not, the page is taken away.</summary>
internal sealed class KeptState(ServerSetup setup, Sessions sessions, ILoggerFactory logs)
    : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(20);

    protected override async Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return !setup.NeedsKeys
                || await sessions.IsAliveAsync(authenticationState.User, cancellationToken);
        }
        // The server ends, and its pages with it.
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
