using System.ComponentModel;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Laddermill.Server.Api;

/// <summary><c>/live</c>.</summary>
internal static class LiveApi
{
    private const int MostListeners = 1000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/live", Listen)
            .RequireScope(Scope.Read)
            .WithTags("jobs")
            .WithName("followJobs")
            .WithSummary("What happens, as it happens")
            .WithDescription(
                "Server-sent events. 'job': a job changed, the data is the job as GET /jobs/{id} shows it. 'counts': jobs in each state, every few seconds. 'reload': more happened while you were away than is told again; list the jobs anew. Send the id of the last event as Last-Event-ID to hear what happened since."
            )
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream");

    private static Results<ServerSentEventsResult<string>, ProblemHttpResult> Listen(
        LiveFeed feed,
        HttpContext http,
        IHostApplicationLifetime life,
        [Description("Id of the last event that was heard.")]
        [FromHeader(Name = "Last-Event-ID")]
            string? lastEvent = null
    )
    {
        if (feed.Listeners >= MostListeners)
        {
            return Problems.Of(
                StatusCodes.Status503ServiceUnavailable,
                "Too many listeners",
                $"More than {MostListeners} listen already; ask GET /jobs now and then instead."
            );
        }
        var since = long.TryParse(
            lastEvent,
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var ticks
        )
            ? ticks
            : (long?)null;
        // Proxies are not to gather events up.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(
            UntilStopAsync(feed, since, life.ApplicationStopping, http.RequestAborted)
        );
    }

    /// <summary>A server that stops must not wait for listeners, who never leave by themselves.</summary>
    private static async IAsyncEnumerable<SseItem<string>> UntilStopAsync(
        LiveFeed feed,
        long? since,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken aborted
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        await using var events = feed.ListenAsync(since, either.Token)
            .GetAsyncEnumerator(CancellationToken.None);
        while (await NextAsync(events))
        {
            yield return events.Current;
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
