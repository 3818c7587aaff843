using Laddermill.Server.Api;
using Laddermill.Server.Configuration;
using Laddermill.Server.Ledger;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Webhooks;

/// <summary>Who is told of the ends of jobs.</summary>
/// <param name="Host">Where it posts to; the rest of the address may hold a secret.</param>
/// <param name="Types">What it wants to hear of; empty: all.</param>
public sealed record WebhookView(string Name, string Host, IReadOnlyList<string> Types);

/// <summary>One message to one webhook.</summary>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>given-up</c>.</param>
/// <param name="NextAttempt">When it is sent next; null when it is over.</param>
/// <param name="Status">HTTP status of the last answer.</param>
/// <param name="Error">Why it was not taken the last time.</param>
public sealed record DeliveryView(
    string Id,
    string Webhook,
    string Job,
    string Type,
    string State,
    DateTimeOffset Created,
    int Attempts,
    DateTimeOffset? NextAttempt,
    int? Status,
    string? Error
)
{
    public static DeliveryView Of(DeliveryRow row) =>
        new(
            row.Id,
            row.Webhook,
            row.Job,
            row.Type,
            row.State,
            JobView.Instant(row.Created)!.Value,
            row.Attempts,
            JobView.Instant(row.Due),
            row.Status,
            row.Error
        );
}

/// <summary><c>/webhooks</c> and <c>/deliveries</c>.</summary>
internal static class WebhooksApi
{
    private const int MostInPage = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/webhooks", List)
            .RequireScope(Scope.Read)
            .WithTags("webhooks")
            .WithName("listWebhooks")
            .WithSummary("Who is told of the ends of jobs");
        routes
            .MapGet("/deliveries", DeliveriesAsync)
            .RequireScope(Scope.Read)
            .WithTags("webhooks")
            .WithName("listDeliveries")
            .WithSummary("Messages to webhooks, newest first")
            .Errors(StatusCodes.Status400BadRequest);
        routes
            .MapPost("/deliveries/{id}/replay", ReplayAsync)
            .RequireScope(Scope.Submit)
            .WithTags("webhooks")
            .WithName("replayDelivery")
            .WithSummary("Send a message again")
            .Errors(StatusCodes.Status404NotFound);
    }

    private static Ok<IReadOnlyList<WebhookView>> List(ServerSetup setup) =>
        TypedResults.Ok<IReadOnlyList<WebhookView>>([
            .. setup.Webhooks.Select(each => new WebhookView(
                each.Name,
                each.Endpoint.Address.Host,
                each.Endpoint.Types
            )),
        ]);

    private static async Task<
        Results<Ok<IReadOnlyList<DeliveryView>>, ProblemHttpResult>
    > DeliveriesAsync(
        Deliveries deliveries,
        CancellationToken cancellation,
        string? webhook = null,
        string? job = null,
        string? state = null,
        int limit = 100
    ) =>
        limit is < 1 or > MostInPage
            ? Problems.Bad($"The limit is {limit}; it must be 1 to {MostInPage}.")
            : TypedResults.Ok<IReadOnlyList<DeliveryView>>([
                .. (await deliveries.ListAsync(webhook, job, state, limit, cancellation)).Select(
                    DeliveryView.Of
                ),
            ]);

    private static async Task<Results<Accepted, ProblemHttpResult>> ReplayAsync(
        string id,
        Deliveries deliveries
    ) =>
        await deliveries.ReplayAsync(id)
            ? TypedResults.Accepted("/deliveries")
            : Problems.Of(
                StatusCodes.Status404NotFound,
                "No such message",
                $"There is no message '{Problems.Short(id)}' to a webhook."
            );
}
