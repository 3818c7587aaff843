using System.ComponentModel;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Api;

/// <summary><c>/pipelines</c>: what the configuration says, and how it fares.</summary>
internal static class PipelinesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pipelines = routes
            .MapGroup("/pipelines")
            .WithTags("pipelines")
            .RequireScope(Scope.Read);
        pipelines
            .MapGet("/", ListAsync)
            .WithName("listPipelines")
            .WithSummary("All pipelines")
            .WithDescription(
                "What becomes of uploads: where they come from, where their streams go, what is made."
            );
        pipelines
            .MapGet("/{name}", GetAsync)
            .WithName("getPipeline")
            .WithSummary("One pipeline")
            .Errors(StatusCodes.Status404NotFound);
        pipelines
            .MapGet("/{name}/profile", ProfileOfAsync)
            .WithName("getPipelineProfile")
            .WithSummary("What a pipeline makes")
            .WithDescription("Its profile, resolved: every field has its value.")
            .Errors(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<IReadOnlyList<PipelineView>>> ListAsync(
        PipelineSet pipelines,
        JobQueries queries,
        CancellationToken cancellation
    )
    {
        var counts = await queries.CountByPipelineAsync(null, cancellation);
        var last = await queries.ReconciliationsAsync(cancellation);
        return TypedResults.Ok<IReadOnlyList<PipelineView>>([
            .. pipelines.All.Select(each =>
                PipelineView.Of(each, last.GetValueOrDefault(each.Name), counts[each.Name])
            ),
        ]);
    }

    private static async Task<Results<Ok<PipelineView>, ProblemHttpResult>> GetAsync(
        [Description("The pipeline's name.")] string name,
        PipelineSet pipelines,
        JobQueries queries,
        CancellationToken cancellation
    )
    {
        if (pipelines.Find(name) is not { } pipeline)
        {
            return NoPipeline(name);
        }
        var counts = await queries.CountByPipelineAsync(name, cancellation);
        var last = await queries.ReconciliationsAsync(cancellation);
        return TypedResults.Ok(
            PipelineView.Of(pipeline, last.GetValueOrDefault(name), counts[name])
        );
    }

    private static Results<Ok<ProfileView>, ProblemHttpResult> ProfileOfAsync(
        [Description("The pipeline's name.")] string name,
        PipelineSet pipelines
    ) =>
        pipelines.Find(name) is { } pipeline
            ? TypedResults.Ok(ProfileView.Of(PipelineView.TermsOf(pipeline).Profile))
            : NoPipeline(name);

    private static ProblemHttpResult NoPipeline(string name) =>
        Problems.Of(
            StatusCodes.Status404NotFound,
            "No such pipeline",
            $"There is no pipeline '{Problems.Short(name)}'; /pipelines lists them."
        );
}
