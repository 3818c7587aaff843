using Laddermill.Server.Configuration;
using Microsoft.AspNetCore.Authorization;

namespace Laddermill.Server.Security;

/// <param name="Scope">Null: whatever a route without a rule needs, which nobody but an administrator may use.</param>
internal sealed record ScopeRequirement(Scope? Scope) : IAuthorizationRequirement;

/// <summary>Lets those through whose scope is wide enough; on this machine alone, everybody.</summary>
internal sealed class ScopeCheck(ServerSetup setup) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context,
        ScopeRequirement requirement
    )
    {
        var needed =
            requirement.Scope
            // Where there is no route at all, whoever is known may hear that.
            ?? (
                (context.Resource as HttpContext)?.GetEndpoint() is null ? Scope.Read : Scope.Admin
            );
        if (!setup.NeedsKeys || Scopes.Of(context.User) >= needed)
        {
            context.Succeed(requirement);
        }
        return Task.CompletedTask;
    }
}
