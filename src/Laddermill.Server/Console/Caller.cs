using Laddermill.Server.Configuration;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Components.Authorization;

namespace Laddermill.Server.Console;

/// <summary>Who looks at a page, and what they may do: asked anew before every action, because a key may be revoked and a sign-in end while a page is open.</summary>
internal sealed class Caller(
    ServerSetup setup,
    AuthenticationStateProvider state,
    SignIn.Sessions sessions
)
{
    /// <summary>Whether an action is to be offered.</summary>
    public async Task<bool> MayAsync(Scope needed)
    {
        if (!setup.NeedsKeys)
        {
            return true;
        }
        var user = (await state.GetAuthenticationStateAsync()).User;
        return Scopes.Of(user) >= needed
            && await sessions.IsAliveAsync(user, CancellationToken.None);
    }

    /// <exception cref="UnauthorizedAccessException">The key's scope does not reach so far, or the key is revoked.</exception>
    public async Task EnsureAsync(Scope needed)
    {
        if (!await MayAsync(needed))
        {
            throw new UnauthorizedAccessException(
                $"Your sign-in does not allow this: it needs scope {Scopes.NameOf(needed)}."
            );
        }
    }
}
