using Laddermill.Server.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Security;

/// <param name="Name">Whose it is, for people: 1 to 64 characters.</param>
/// <param name="Scope">What it opens; each scope includes the ones before it.</param>
public sealed record NewKey(string Name, Scope Scope);

/// <summary>A key that was just made.</summary>
/// <param name="Id">By this it is revoked.</param>
/// <param name="Key">Sent as <c>Authorization: Bearer KEY</c>. It is not shown again.</param>
public sealed record CreatedKey(
    string Id,
    string Name,
    Scope Scope,
    DateTimeOffset Created,
    string Key
);

/// <summary><c>/keys</c>.</summary>
internal static class KeysApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/keys").WithTags("keys").RequireScope(Scope.Admin);
        keys.MapGet("/", ListAsync)
            .WithName("listKeys")
            .WithSummary("Keys that were made, newest first")
            .WithDescription("Revoked ones too. The keys themselves are not known to the server.");
        keys.MapPost("/", CreateAsync)
            .WithName("createKey")
            .WithSummary("Make a key")
            .WithDescription("The answer holds the key, which cannot be shown again.")
            .Errors(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType
            );
        keys.MapDelete("/{id}", RevokeAsync)
            .WithName("revokeKey")
            .WithSummary("Revoke a key")
            .WithDescription(
                "From the next request on it opens nothing. Doing so twice does no harm."
            )
            .Errors(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<IReadOnlyList<KeyView>>> ListAsync(
        ApiKeys keys,
        CancellationToken cancellation
    ) => TypedResults.Ok<IReadOnlyList<KeyView>>(await keys.ListAsync(cancellation));

    private static async Task<Results<Created<CreatedKey>, ProblemHttpResult>> CreateAsync(
        NewKey asked,
        ApiKeys keys,
        HttpContext http,
        CancellationToken cancellation
    )
    {
        if (ApiKeys.NameProblem(asked.Name) is { } problem)
        {
            return Problems.Bad(problem);
        }
        var (key, view) = await keys.CreateAsync(asked.Name, asked.Scope, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            $"/keys/{view.Id}",
            new CreatedKey(view.Id, view.Name, view.Scope, view.Created, key)
        );
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        string id,
        ApiKeys keys,
        CancellationToken cancellation
    ) =>
        await keys.RevokeAsync(id, cancellation)
            ? TypedResults.NoContent()
            : Problems.Of(
                StatusCodes.Status404NotFound,
                "No such key",
                $"There is no key '{Problems.Short(id)}'."
            );
}
