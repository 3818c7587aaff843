using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Laddermill.Engines;
using Laddermill.Server.Ledger;
using Laddermill.Server.Running;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Api;

/// <summary><c>/jobs</c>: what there is to see of jobs. What changes them is in <see cref="JobOrders"/>.</summary>
internal static class JobsApi
{
    private const int MostInPage = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs").WithTags("jobs").RequireScope(Scope.Read);
        jobs.MapGet("/", ListAsync)
            .WithName("listJobs")
            .WithSummary("Jobs, newest first")
            .WithDescription("Page by page: 'next' of one page is the cursor of the following one.")
            .Errors(StatusCodes.Status400BadRequest);
        jobs.MapGet("/{id}", GetAsync)
            .WithName("getJob")
            .WithSummary("One job")
            .WithDescription(
                "With an ETag, which changes with each change of the job: send it as If-None-Match."
            )
            .Produces(StatusCodes.Status304NotModified)
            .Errors(StatusCodes.Status404NotFound);
        jobs.MapGet("/{id}/attempts", AttemptsAsync)
            .WithName("listAttempts")
            .WithSummary("Each try at a job, in order")
            .Errors(StatusCodes.Status404NotFound);
        jobs.MapGet("/{id}/log", LogAsync)
            .WithName("getLog")
            .WithSummary("The last that the worker wrote")
            .WithDescription(
                "Of the attempt that runs now or ran last, or of the one that is asked for."
            )
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .Errors(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);
        JobOrders.Map(jobs);
    }

    private static async Task<Results<Ok<JobPage>, ProblemHttpResult>> ListAsync(
        JobQueries queries,
        Links links,
        CancellationToken cancellation,
        [Description(
            "States, separated by commas: queued, running, succeeded, failed, rejected, cancelled. Without: all."
        )]
            string? state = null,
        [Description("Name of a pipeline. Without: all.")] string? pipeline = null,
        [Description(
            "Part of the name or of the source's address, or the beginning of the job's id."
        )]
            string? search = null,
        [Description("Announced at this instant or later.")] DateTimeOffset? since = null,
        [Description("Announced before this instant.")] DateTimeOffset? until = null,
        [Description("'next' of the page before.")] string? cursor = null,
        [Description("Jobs in a page.")] [Range(1, MostInPage)] int limit = 50
    )
    {
        var states = new List<JobState>();
        foreach (var word in (state ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (StateOf(word) is not { } known)
            {
                return Problems.Bad(
                    $"There is no state '{Problems.Short(word)}'; there are {string.Join(", ", Enum.GetValues<JobState>().Select(JobView.StateName))}."
                );
            }
            states.Add(known);
        }
        var after = cursor is null ? null : JobCursor.Parse(cursor);
        if (cursor is not null && after is null)
        {
            return Problems.Bad("The cursor is none that this server gave; take 'next' of a page.");
        }
        if (limit is < 1 or > MostInPage)
        {
            return Problems.Bad($"The limit is {limit}; it must be 1 to {MostInPage}.");
        }
        var rows = await queries.ListAsync(
            new JobFilter(states, pipeline, search, since, until, after, limit + 1),
            cancellation
        );
        var page = rows.Take(limit).ToList();
        return TypedResults.Ok(
            new JobPage(
                [.. page.Select(job => JobView.Of(job, links.Of(job)))],
                rows.Count > limit ? new JobCursor(page[^1].Created, page[^1].Id).ToString() : null
            )
        );
    }

    private static async Task<
        Results<Ok<JobView>, ProblemHttpResult, StatusCodeHttpResult>
    > GetAsync(
        [Description("The job's id.")] string id,
        JobQueries queries,
        Links links,
        HttpContext http,
        CancellationToken cancellation
    )
    {
        if (await queries.FindAsync(id, cancellation) is not { } job)
        {
            return Problems.NoJob(id);
        }
        var etag = JobView.ETagOf(job);
        http.Response.Headers.ETag = etag;
        http.Response.Headers.CacheControl = "private, no-cache";
        return Matches(http.Request, etag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(JobView.Of(job, links.Of(job)));
    }

    private static async Task<
        Results<Ok<IReadOnlyList<AttemptView>>, ProblemHttpResult>
    > AttemptsAsync(
        [Description("The job's id.")] string id,
        JobQueries queries,
        CancellationToken cancellation
    ) =>
        await queries.FindAsync(id, cancellation) is null
            ? Problems.NoJob(id)
            : TypedResults.Ok<IReadOnlyList<AttemptView>>([
                .. (await queries.AttemptsAsync(id, cancellation)).Select(AttemptView.Of),
            ]);

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> LogAsync(
        [Description("The job's id.")] string id,
        JobQueries queries,
        RunningJobs running,
        IEngine engine,
        CancellationToken cancellation,
        [Description("Number of the attempt. Without: the last one.")] int? attempt = null
    )
    {
        if (await queries.FindAsync(id, cancellation) is not { } job)
        {
            return Problems.NoJob(id);
        }
        if (
            running.Find(id) is { Run: { } run } mine
            && (attempt is null || attempt == mine.Job.Attempts)
        )
        {
            return TypedResults.Text(await engine.ReadLogAsync(run, cancellation));
        }
        var attempts = await queries.AttemptsAsync(id, cancellation);
        var wanted = attempts.LastOrDefault(each => attempt is null || each.Number == attempt);
        return wanted is null && attempt is not null
            ? Problems.Of(
                StatusCodes.Status404NotFound,
                "No such attempt",
                $"The job {id} has {job.Attempts} attempts, and none with number {attempt}."
            )
            : TypedResults.Text(wanted?.Log ?? "");
    }

    private static JobState? StateOf(string word) =>
        Enum.GetValues<JobState>()
            .Cast<JobState?>()
            .FirstOrDefault(each => JobView.StateName(each!.Value) == word);

    /// <summary>RFC 9110 §13.1.2: compared weakly.</summary>
    private static bool Matches(HttpRequest request, string etag) =>
        request.GetTypedHeaders().IfNoneMatch.Any(each => each.Tag == "*" || each.Tag == etag);
}
