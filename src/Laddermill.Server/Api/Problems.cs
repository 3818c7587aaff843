using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Api;

/// <summary>Errors in the form of RFC 9457.</summary>
internal static class Problems
{
    private const int MostShown = 64;

    public static ProblemHttpResult Bad(string detail) =>
        Of(StatusCodes.Status400BadRequest, "Wrong request", detail);

    public static ProblemHttpResult Unusable(string title, string detail, string? code = null) =>
        Of(StatusCodes.Status422UnprocessableEntity, title, detail, code);

    public static ProblemHttpResult NoJob(string id) =>
        Of(StatusCodes.Status404NotFound, "No such job", $"There is no job '{Short(id)}'.");

    /// <param name="code">Stable word for programs.</param>
    public static ProblemHttpResult Of(
        int status,
        string title,
        string detail,
        string? code = null
    ) =>
        TypedResults.Problem(
            detail,
            statusCode: status,
            title: title,
            extensions: code is null ? null : new Dictionary<string, object?> { ["code"] = code }
        );

    /// <summary>For what the framework answers by a number alone.</summary>
    public static ProblemHttpResult OfStatus(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized => Of(
                status,
                "Who are you?",
                "Send a key that this server knows: Authorization: Bearer lm_…"
            ),
            StatusCodes.Status403Forbidden => Of(
                status,
                "Not allowed",
                "Your key's scope does not reach so far."
            ),
            StatusCodes.Status404NotFound => Of(
                status,
                "Nothing here",
                "There is nothing at this address; /openapi/v1.json tells what there is."
            ),
            StatusCodes.Status405MethodNotAllowed => Of(
                status,
                "Wrong method",
                "This address does not take that method; the header Allow tells which it takes."
            ),
            StatusCodes.Status413PayloadTooLarge => Of(
                status,
                "Too large",
                "The body is larger than access.maxBodyBytes of the configuration allows."
            ),
            StatusCodes.Status415UnsupportedMediaType => Of(
                status,
                "Wrong kind of body",
                "The body must be JSON, with Content-Type: application/json."
            ),
            StatusCodes.Status429TooManyRequests => Of(
                status,
                "Too many requests",
                "You ask more often than access.requestsPerSecond of the configuration allows; wait as long as Retry-After says."
            ),
            StatusCodes.Status503ServiceUnavailable => Of(
                status,
                "Not now",
                "The ledger does not answer; try again soon."
            ),
            >= StatusCodes.Status500InternalServerError => Of(
                status,
                "Our fault",
                "Something went wrong here; the server's log tells what."
            ),
            _ => Of(status, "Wrong request", "The request cannot be understood."),
        };

    /// <summary>What somebody sent, fit to be repeated in a message.</summary>
    public static string Short(string text) =>
        string.Concat(
            (text.Length > MostShown ? text[..MostShown] + "…" : text).Select(c =>
                char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c
            )
        );

    /// <summary>Tells in the OpenAPI document which errors an operation may answer with, beside those that all have.</summary>
    public static RouteHandlerBuilder Errors(
        this RouteHandlerBuilder route,
        params ReadOnlySpan<int> statuses
    )
    {
        foreach (var status in statuses)
        {
            route.ProducesProblem(status);
        }
        return route;
    }
}
