using System.Data.Common;
using System.Net.Http.Headers;
using System.Text;
using Laddermill.Events;
using Laddermill.Server.Api;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Events;

/// <summary>What came of an event.</summary>
/// <param name="Accepted">Objects that were written down; their jobs follow.</param>
/// <param name="Ignored">Why the others start nothing.</param>
public sealed record EventAnswer(int Accepted, IReadOnlyList<string> Ignored);

/// <summary>
/// <c>/events/NAME/SECRET</c>: where stores and clouds send their news. The secret may be the password of Basic credentials instead. An event is
/// acknowledged once it is durable; until then its sender keeps it.
/// </summary>
internal static class EventsApi
{
    private static readonly int[] Refusals =
    [
        StatusCodes.Status400BadRequest,
        StatusCodes.Status401Unauthorized,
        StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status500InternalServerError,
        StatusCodes.Status503ServiceUnavailable,
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var events = routes.MapGroup("/events").WithTags("events").KeptByOwnSecret();
        events
            .MapPost("/{name}/{secret}", ReceiveAsync)
            .WithName("sendEvent")
            .WithSummary("Tell of new objects, with the secret in the path")
            .Accepts<System.Text.Json.Nodes.JsonNode>("*/*")
            .Errors(Refusals);
        events
            .MapPost("/{name}", ReceiveBasicAsync)
            .WithName("sendEventBasic")
            .WithSummary(
                "Tell of new objects, with the secret as the password of Basic credentials"
            )
            .Accepts<System.Text.Json.Nodes.JsonNode>("*/*")
            .Errors(Refusals);
    }

    private static Task<Results<Ok<EventAnswer>, ProblemHttpResult>> ReceiveBasicAsync(
        string name,
        EventDoor door,
        HttpContext http,
        CancellationToken cancellation
    ) => ReceiveAsync(name, PasswordOf(http.Request) ?? "", door, http, cancellation);

    private static async Task<Results<Ok<EventAnswer>, ProblemHttpResult>> ReceiveAsync(
        string name,
        string secret,
        EventDoor door,
        HttpContext http,
        CancellationToken cancellation
    )
    {
        if (door.Find(name, secret) is not { } source)
        {
            // The same for a wrong name and a wrong secret: nobody learns which names there are.
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"events\"";
            return Problems.Of(
                StatusCodes.Status401Unauthorized,
                "Not a sender of events",
                "The name and the secret of the address belong to no sender of events in the configuration."
            );
        }
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancellation);
        try
        {
            return TypedResults.Ok(
                await door.ReceiveAsync(
                    source,
                    http.Request.ContentType,
                    header => http.Request.Headers[header].FirstOrDefault(),
                    body.GetBuffer().AsMemory(0, (int)body.Length),
                    cancellation
                )
            );
        }
        catch (EventException wrong)
        {
            return Problems.Bad(wrong.Message);
        }
        catch (Exception trouble)
            when (trouble is DbException or HttpRequestException
                // The provider's own host took too long.
                || (trouble is TaskCanceledException && !cancellation.IsCancellationRequested)
            )
        {
            http.Response.Headers.RetryAfter = "5";
            return Problems.Of(
                StatusCodes.Status503ServiceUnavailable,
                "Not now",
                "The event could not be written down now; send it again."
            );
        }
    }

    private static string? PasswordOf(HttpRequest request)
    {
        if (
            !AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            || !"Basic".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { Length: < 4096 } parameter
        )
        {
            return null;
        }
        var bytes = new byte[parameter.Length];
        return
            Convert.TryFromBase64String(parameter, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
            ? password
            : null;
    }
}
