using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Laddermill.Server.Running;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Laddermill.Server.Api;

/// <summary>What is asked for under <c>/jobs</c>: a new job, its end, another try.</summary>
internal static class JobOrders
{
    public static void Map(IEndpointRouteBuilder jobs)
    {
        jobs.MapPost("/", CreateAsync)
            .RequireScope(Scope.Submit)
            .WithName("createJob")
            .WithSummary("Ask for a job")
            .WithDescription(
                "The same source, destination and profile are the same job, whoever asks: 201 when it is new, 200 when it was known. The source must lie in the source of a pipeline."
            )
            .Errors(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status409Conflict,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status502BadGateway
            );
        jobs.MapPost("/{id}/cancel", CancelAsync)
            .RequireScope(Scope.Submit)
            .WithName("cancelJob")
            .WithSummary("Cancel a job")
            .WithDescription(
                "One that waits is cancelled at once; one that runs, as soon as its worker has ended."
            )
            .Errors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        jobs.MapPost("/{id}/retry", RetryAsync)
            .RequireScope(Scope.Submit)
            .WithName("retryJob")
            .WithSummary("Queue a job again")
            .WithDescription("One that is over, or that waits for its next attempt.")
            .Errors(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict
            );
    }

    private static async Task<
        Results<Created<JobView>, Ok<JobView>, ProblemHttpResult>
    > CreateAsync(
        NewJob asked,
        Entrance entrance,
        JobQueries queries,
        IdempotencyKeys idempotency,
        Links links,
        HttpContext http,
        CancellationToken cancellation,
        [Description(
            "Any text of 1 to 255 characters that is new for each request: one that is sent again gets the same job."
        )]
        [FromHeader(Name = "Idempotency-Key")]
        [StringLength(IdempotencyKeys.MostInKey, MinimumLength = 1)]
            string? key = null
    )
    {
        if (key is { Length: 0 or > IdempotencyKeys.MostInKey })
        {
            return Problems.Bad(
                $"The Idempotency-Key must be 1 to {IdempotencyKeys.MostInKey} characters."
            );
        }
        if (SourceChoice.TextProblem(asked.Profile) is { } broken)
        {
            return broken;
        }
        if (key is null)
        {
            return await entrance.EnterAsync(asked, cancellation);
        }
        var client = Scopes.ClientOf(http.User) ?? "";
        switch (await idempotency.TakeAsync(client, key, asked, cancellation))
        {
            case { IsSame: false }:
                return Problems.Unusable(
                    "Other request under the same key",
                    "The Idempotency-Key was used with another request; use a new one for each request."
                );
            case { Job: { Length: > 0 } earlier }:
                return await queries.FindAsync(earlier, cancellation) is { } known
                    ? TypedResults.Ok(JobView.Of(known, links.Of(known)))
                    : Problems.NoJob(earlier);
            case { IsMine: false }:
                return Problems.Of(
                    StatusCodes.Status409Conflict,
                    "The same request is under way",
                    "A request with this Idempotency-Key is not answered yet; send it again later."
                );
        }
        string? made = null;
        try
        {
            var answer = await entrance.EnterAsync(asked, cancellation);
            made = answer.Result switch
            {
                Created<JobView> { Value: { } job } => job.Id,
                Ok<JobView> { Value: { } job } => job.Id,
                _ => null,
            };
            return answer;
        }
        finally
        {
            await (
                made is null
                    ? idempotency.GiveBackAsync(client, key)
                    : idempotency.KeepAsync(client, key, made)
            );
        }
    }

    private static async Task<Results<Accepted<JobView>, ProblemHttpResult>> CancelAsync(
        [Description("The job's id.")] string id,
        JobSteering steering,
        JobQueries queries,
        Links links,
        CancellationToken cancellation
    ) =>
        await steering.CancelAsync(id, cancellation) switch
        {
            Steered.NoSuchJob => Problems.NoJob(id),
            Steered.NotNow => Problems.Of(
                StatusCodes.Status409Conflict,
                "The job is over",
                $"The job {id} is over; there is nothing to cancel."
            ),
            _ => await AcceptedAsync(id, queries, links, cancellation),
        };

    private static async Task<Results<Accepted<JobView>, ProblemHttpResult>> RetryAsync(
        [Description("The job's id.")] string id,
        JobSteering steering,
        JobQueries queries,
        Links links,
        CancellationToken cancellation,
        [Description("Make a new revision even when the job is done already.")] bool force = false
    ) =>
        await steering.RetryAsync(id, force, cancellation) switch
        {
            Steered.NoSuchJob => Problems.NoJob(id),
            Steered.NotNow => Problems.Of(
                StatusCodes.Status409Conflict,
                "The job is not over",
                $"The job {id} is queued or runs already; cancel it first, or wait."
            ),
            _ => await AcceptedAsync(id, queries, links, cancellation),
        };

    private static async Task<Accepted<JobView>> AcceptedAsync(
        string id,
        JobQueries queries,
        Links links,
        CancellationToken cancellation
    )
    {
        var row = (await queries.FindAsync(id, cancellation))!;
        return TypedResults.Accepted($"/jobs/{id}", JobView.Of(row, links.Of(row)));
    }
}
