using System.ComponentModel;
using System.Text.Json.Nodes;
using Laddermill.Ladders;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Laddermill.Server.Api;

/// <summary><c>/profiles</c>: the built-in ones, and those that are saved here.</summary>
internal static class ProfilesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var profiles = routes.MapGroup("/profiles").WithTags("profiles");
        profiles
            .MapGet("/", List)
            .RequireScope(Scope.Read)
            .WithName("listProfiles")
            .WithSummary("Names of the profiles")
            .WithDescription("The built-in ones, then those that were saved.");
        profiles
            .MapGet("/{name}", Get)
            .RequireScope(Scope.Read)
            .WithName("getProfile")
            .WithSummary("One profile, resolved")
            .WithDescription("With an ETag when it is a saved one.")
            .Errors(StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity);
        profiles
            .MapPut("/{name}", Save)
            .RequireScope(Scope.Admin)
            .WithName("saveProfile")
            .WithSummary("Save a profile")
            .WithDescription(
                "The next job has it, whoever asks for it. Send the ETag that was edited as If-Match, or If-None-Match: * for a new one."
            )
            .Errors(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status412PreconditionFailed,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status428PreconditionRequired
            );
        profiles
            .MapDelete("/{name}", Delete)
            .RequireScope(Scope.Admin)
            .WithName("deleteProfile")
            .WithSummary("Remove a saved profile")
            .WithDescription(
                "Jobs that were made with it stay as they are. Send its ETag as If-Match."
            )
            .Errors(
                StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict,
                StatusCodes.Status412PreconditionFailed,
                StatusCodes.Status428PreconditionRequired
            );
    }

    private static Ok<IReadOnlyList<string>> List(SavedProfiles saved) =>
        TypedResults.Ok<IReadOnlyList<string>>([.. Profiles.Names, .. saved.Names]);

    private static Results<Ok<ProfileView>, ProblemHttpResult> Get(
        [Description("The profile's name.")] string name,
        SavedProfiles saved,
        HttpContext http
    )
    {
        // Any other word would be a file's name.
        if (Profiles.Names.Contains(name))
        {
            return TypedResults.Ok(ProfileView.Of(Profiles.Load(name)));
        }
        try
        {
            if (saved.Find(name) is not { } found)
            {
                return NoProfile(name, saved);
            }
            http.Response.Headers.ETag = Quote(found.Tag);
            return TypedResults.Ok(
                ProfileView.Of(SavedProfiles.Check(name, found.Fields), found.Fields)
            );
        }
        catch (ProfileException broken)
        {
            return Wrong(name, broken);
        }
    }

    private static Results<Ok<ProfileView>, Created<ProfileView>, ProblemHttpResult> Save(
        [Description("The profile's name: 1 to 64 letters, digits, - and _.")] string name,
        JsonObject profile,
        SavedProfiles saved,
        HttpContext http,
        [Description("The ETag of the version that was edited.")]
        [FromHeader(Name = "If-Match")]
            string? match = null,
        [Description("*: there must be none of that name yet.")]
        [FromHeader(Name = "If-None-Match")]
            string? none = null
    )
    {
        if (!SavedProfiles.IsName(name))
        {
            return Problems.Unusable(
                "Not a name",
                $"'{Problems.Short(name)}' cannot be a saved profile's name: it must be 1 to 64 letters, digits, - and _, and none of {string.Join(", ", Profiles.Names)}."
            );
        }
        if (match is null == none is null || none is not (null or "*"))
        {
            return Unconditional();
        }
        if (SourceChoice.TextProblem(profile) is { } broken)
        {
            return broken;
        }
        try
        {
            if (saved.Save(name, profile, match?.Trim('"')) is not { } kept)
            {
                return Changed(name);
            }
            http.Response.Headers.ETag = Quote(kept.Tag);
            var view = ProfileView.Of(SavedProfiles.Check(name, profile), profile);
            return match is null
                ? TypedResults.Created($"/profiles/{name}", view)
                : TypedResults.Ok(view);
        }
        catch (ProfileException wrong)
        {
            return Wrong(name, wrong);
        }
    }

    private static Results<NoContent, ProblemHttpResult> Delete(
        [Description("The profile's name.")] string name,
        SavedProfiles saved,
        PipelineSet pipelines,
        [Description("Its ETag.")] [FromHeader(Name = "If-Match")] string? match = null
    )
    {
        if (!saved.Has(name))
        {
            return NoProfile(name, saved);
        }
        if (match is null)
        {
            return Unconditional();
        }
        if (pipelines.Naming(name) is [var user, ..])
        {
            return Problems.Of(
                StatusCodes.Status409Conflict,
                "In use",
                $"The pipeline {user.Name} makes its jobs with '{name}'; give it another profile in the configuration first."
            );
        }
        return saved.Remove(name, match.Trim('"')) ? TypedResults.NoContent() : Changed(name);
    }

    private static ProblemHttpResult Wrong(string name, ProfileException wrong) =>
        TypedResults.Problem(
            wrong.Message,
            statusCode: StatusCodes.Status422UnprocessableEntity,
            title: "The profile cannot be used",
            extensions: new Dictionary<string, object?>
            {
                ["problems"] = ProfileProblem.Of(name, wrong),
            }
        );

    private static ProblemHttpResult NoProfile(string name, SavedProfiles saved) =>
        Problems.Of(
            StatusCodes.Status404NotFound,
            "No such profile",
            $"There is no profile '{Problems.Short(name)}'; there are {string.Join(", ", [.. Profiles.Names, .. saved.Names])}."
        );

    private static ProblemHttpResult Changed(string name) =>
        Problems.Of(
            StatusCodes.Status412PreconditionFailed,
            "Somebody else was there",
            $"The profile '{name}' was changed since you looked at it; look at it again."
        );

    private static ProblemHttpResult Unconditional() =>
        Problems.Of(
            StatusCodes.Status428PreconditionRequired,
            "Say what you know",
            "Send If-Match with the ETag of the profile that you change, or If-None-Match: * for a new one: so no two editors undo each other's work."
        );

    private static string Quote(string tag) => $"\"{tag}\"";
}
