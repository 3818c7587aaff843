using Laddermill.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Telemetry;

/// <summary><c>/health/…</c>: open to all, without a limit, and without a word that only insiders should know.</summary>
internal static class HealthApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var health = routes
            .MapGroup("/health")
            .WithTags("health")
            .OpenToAll()
            // For who calls the server by a name that is none of its own.
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .DisableRateLimiting();
        health
            .MapGet("/live", Live)
            .WithName("getLiveness")
            .WithSummary("Whether the process answers")
            .Produces<HealthReport>();
        health
            .MapGet("/ready", ReadyAsync)
            .WithName("getReadiness")
            .WithSummary("Whether the server can do its work, and why not")
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
    }

    private static JsonHttpResult<HealthReport> Live() =>
        TypedResults.Json(new HealthReport("live", null), HealthJson.Default.HealthReport);

    private static async Task<JsonHttpResult<HealthReport>> ReadyAsync(
        Readiness readiness,
        HttpContext http,
        CancellationToken cancellation
    )
    {
        var report = await readiness.LookAsync(cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            report,
            HealthJson.Default.HealthReport,
            statusCode: report.Status == "ready"
                ? StatusCodes.Status200OK
                : StatusCodes.Status503ServiceUnavailable
        );
    }
}
