using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace Laddermill.Server.Security;

/// <summary>How the routes of an endpoint are kept: every one must say it, and a test holds them to it.</summary>
public enum Keeping
{
    /// <summary>A key or a token of this server, with a scope.</summary>
    Scope,

    /// <summary>The route looks at a secret or a signature itself.</summary>
    OwnSecret,

    /// <summary>Open to all who reach the server.</summary>
    Open,
}

/// <param name="Scope">Null but for <see cref="Keeping.Scope"/>.</param>
public sealed record AccessRule(Keeping Keeping, Scope? Scope);

/// <summary>What a group of routes says about who may use it.</summary>
internal static class AccessRules
{
    /// <summary>What every route may answer that looks at keys; for the OpenAPI document.</summary>
    private static readonly int[] Refusals =
    [
        StatusCodes.Status401Unauthorized,
        StatusCodes.Status403Forbidden,
        StatusCodes.Status429TooManyRequests,
        StatusCodes.Status500InternalServerError,
        StatusCodes.Status503ServiceUnavailable,
    ];

    /// <summary>For those with a key or token of at least this scope.</summary>
    public static T RequireScope<T>(this T routes, Scope scope)
        where T : IEndpointConventionBuilder =>
        routes
            .RequireAuthorization(Scopes.NameOf(scope))
            .WithMetadata(new AccessRule(Keeping.Scope, scope))
            .WithMetadata([.. Refusals.Select(Refusal)]);

    /// <summary>For those who know the route's own secret; not limited in rate, because such senders come in crowds.</summary>
    public static T KeptByOwnSecret<T>(this T routes)
        where T : IEndpointConventionBuilder =>
        routes
            .AllowAnonymous()
            .WithMetadata(new DisableRateLimitingAttribute())
            .WithMetadata(new AccessRule(Keeping.OwnSecret, null));

    /// <summary>For all, not limited in rate.</summary>
    public static T OpenToAll<T>(this T routes)
        where T : IEndpointConventionBuilder =>
        routes.OpenWithinLimits().WithMetadata(new DisableRateLimitingAttribute());

    /// <summary>For all, so many requests each second.</summary>
    public static T OpenWithinLimits<T>(this T routes)
        where T : IEndpointConventionBuilder =>
        routes.AllowAnonymous().WithMetadata(new AccessRule(Keeping.Open, null));

    private static object Refusal(int status) =>
        new ProducesResponseTypeMetadata(
            status,
            typeof(ProblemDetails),
            ["application/problem+json"]
        );
}
