using System.Text.Json;
using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Pricing;
using Laddermill.Processes;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Running;
using Laddermill.Server.Security;
using Laddermill.Transcoding;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Laddermill.Server.Api;

/// <summary>What a plan is asked of.</summary>
/// <param name="Source">Address of the object, which must lie in the source of a pipeline; or its name in the pipeline's source.</param>
/// <param name="Pipeline">The pipeline by whose rules it is done; null: the one whose source holds the object.</param>
/// <param name="Profile">A built-in or saved profile's name, or a profile as an object; null: the pipeline's.</param>
public sealed record NewPlan(string Source, string? Pipeline = null, JsonNode? Profile = null);

/// <summary>What would be made of a source, and why.</summary>
/// <param name="Source">Address of the source.</param>
/// <param name="Pipeline">By whose rules.</param>
/// <param name="Profile">The profile's name.</param>
/// <param name="Duration">Of what would be published, in seconds.</param>
/// <param name="Decisions">Why it is so, in words.</param>
/// <param name="Plan">The whole plan, as <c>laddermill plan --json</c> prints it, with what it would take (<c>estimate</c>).</param>
public sealed record PlanView(
    string Source,
    string Pipeline,
    string Profile,
    double Duration,
    IReadOnlyList<DecisionView> Decisions,
    JsonElement Plan
);

/// <param name="Subject">What it is about.</param>
/// <param name="Reason">Why it was decided so.</param>
public sealed record DecisionView(string Subject, string Reason);

/// <summary><c>/plan</c>.</summary>
internal static class PlanApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/plan", MakeAsync)
            .RequireScope(Scope.Submit)
            .WithTags("plans")
            .WithName("makePlan")
            .WithSummary("Say what would be made of a source, and why")
            .WithDescription(
                "Makes nothing. The source is read for it, so that one plan is made at a time, in a minute at most."
            )
            .Errors(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status502BadGateway,
                StatusCodes.Status504GatewayTimeout
            );

    private static async Task<Results<Ok<PlanView>, ProblemHttpResult>> MakeAsync(
        NewPlan asked,
        PipelineSet pipelines,
        PlanTurn turn,
        HttpContext http,
        CancellationToken cancellation
    )
    {
        if (SourceChoice.TextProblem(asked.Profile) is { } broken)
        {
            return broken;
        }
        var (chosen, refusal) = await SourceChoice.FindAsync(
            asked.Source,
            asked.Pipeline,
            pipelines,
            cancellation
        );
        if (chosen is null)
        {
            return refusal!;
        }
        try
        {
            var profile = JobTerms.Of(chosen.Document(asked.Profile, null, false)).Profile;
            return await turn.MakeAsync(chosen, profile, cancellation) is { } plan
                ? TypedResults.Ok(plan)
                : Busy(http);
        }
        catch (FileNotFoundException missing)
        {
            return Problems.Unusable("No such source", missing.Message);
        }
        catch (RejectedException rejected)
        {
            return Problems.Unusable("The source is rejected", rejected.Message, rejected.Code);
        }
        catch (ProfileException wrong)
        {
            return Problems.Bad(wrong.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Problems.Of(
                StatusCodes.Status504GatewayTimeout,
                "It takes too long",
                $"The source could not be read in {PlanTurn.Limit.TotalSeconds} s; a job for it is not limited like this."
            );
        }
    }

    private static ProblemHttpResult Busy(HttpContext http)
    {
        http.Response.Headers[HeaderNames.RetryAfter] = "5";
        return Problems.Of(
            StatusCodes.Status503ServiceUnavailable,
            "Another plan is being made",
            "One plan is made at a time; try again soon."
        );
    }
}

/// <summary>Sees to it that plans, which read sources and start tools, take no more of the machine than one of them needs.</summary>
internal sealed class PlanTurn(TimeProvider time, RunningSettings settings) : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Null when others are not done in time.</summary>
    /// <exception cref="OperationCanceledException">It takes longer than <see cref="Limit"/>.</exception>
    public async Task<PlanView?> MakeAsync(
        SourceChoice chosen,
        Profile profile,
        CancellationToken cancellation
    )
    {
        if (!await turn.WaitAsync(Patience, cancellation))
        {
            return null;
        }
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(
                limit.Token,
                cancellation
            );
            return await ReadAsync(chosen, profile, either.Token);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<PlanView> ReadAsync(
        SourceChoice chosen,
        Profile profile,
        CancellationToken cancellation
    )
    {
        if (Sandbox.Tier != "bubblewrap")
        {
            // In a namespace of its own a tool cannot see us anyhow.
            OwnProcess.Hide();
        }
        await using var access = await SourceAccess.OpenAsync(chosen.Location, time, cancellation);
        var made = await access.ReadAsync(
            (input, token) =>
                SourcePlanner.MakeAsync(
                    input,
                    profile,
                    time,
                    token,
                    prices: settings.Prices
                        ?? new Prices(
                            Processors: settings.Share.Processors,
                            Memory: settings.Share.Memory
                        )
                ),
            cancellation
        );
        var plan = made.Plan;
        return new PlanView(
            chosen.Location.ToString(),
            chosen.Pipeline.Name,
            profile.Name,
            plan.Duration,
            [.. plan.Decisions.Select(each => new DecisionView(each.Subject, each.Reason))],
            JsonElement.Parse(made.ToJson())
        );
    }
}
