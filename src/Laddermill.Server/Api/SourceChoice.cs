using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Ladders;
using Laddermill.Server.Pipelines;
using Laddermill.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Api;

/// <summary>Which object of which pipeline a request is about. Nothing is read that no pipeline reads: neither this machine's files nor any address.</summary>
/// <param name="Key">In the pipeline's store, prefix included.</param>
internal sealed record SourceChoice(Pipeline Pipeline, string Key)
{
    private const int MostInAddress = 4096;

    public ObjectLocation Location => Pipeline.Source with { Key = Key };

    /// <param name="source">An address, or a name in the pipeline's source.</param>
    /// <param name="name">The pipeline's; null: the one whose source holds the object, or the only one.</param>
    /// <returns>The choice, or why there is none.</returns>
    public static async Task<(SourceChoice?, ProblemHttpResult?)> FindAsync(
        string source,
        string? name,
        PipelineSet pipelines,
        CancellationToken cancellation
    )
    {
        if (source.Length is 0 or > MostInAddress || source.Any(char.IsControl))
        {
            return (
                null,
                Problems.Bad(
                    $"The source must be 1 to {MostInAddress} characters without control characters."
                )
            );
        }
        if (name is not null && pipelines.Find(name) is null)
        {
            return (
                null,
                Problems.Unusable(
                    "No such pipeline",
                    $"There is no pipeline '{Problems.Short(name)}'; there are: {NamesOf(pipelines)}."
                )
            );
        }
        if (Of(source, name, pipelines) is not { } choice)
        {
            return (
                null,
                Problems.Unusable(
                    "No pipeline for this source",
                    $"The source lies in no pipeline's source; nothing else is read. There are: {NamesOf(pipelines)}."
                )
            );
        }
        // A folder's own rules say what an object in it is: no links, and nothing behind them.
        var isThere =
            choice.Pipeline.Source.Scheme != StoreScheme.File
            || await IsFileAsync(choice, pipelines, cancellation);
        return isThere
            ? (choice, null)
            : (
                null,
                Problems.Unusable(
                    "No such source",
                    $"There is no file '{Problems.Short(choice.Key)}' in the source of the pipeline {choice.Pipeline.Name}."
                )
            );
    }

    /// <summary>The job of the chosen object, with what a request wants otherwise.</summary>
    /// <exception cref="ProfileException">There is no such profile.</exception>
    public JobDocument Document(JsonNode? profile, IReadOnlyList<string>? protocols, bool force)
    {
        var document = Pipeline.Document(Key);
        return document with
        {
            Profile = Checked(profile) ?? document.Profile,
            Protocols = protocols is null ? document.Protocols : [.. protocols],
            Force = force,
        };
    }

    /// <summary>
    /// What is wrong with a profile as text; null when nothing is. JSON may hold halves of characters, which are found only when a text is read.
    /// </summary>
    public static ProblemHttpResult? TextProblem(JsonNode? profile)
    {
        try
        {
            _ = profile?.ToJsonString();
            return null;
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException)
        {
            return Problems.Bad("The profile holds text that is no Unicode.");
        }
    }

    /// <summary>A profile by its file's name would be read from this machine's disk.</summary>
    private JsonNode? Checked(JsonNode? profile) =>
        profile is null or JsonObject ? profile?.DeepClone()
        : profile is JsonValue value && value.TryGetValue<string>(out var name)
            ? Profiles.Names.Contains(name) ? profile.DeepClone()
                : Pipeline.Saved.Has(name) ? Pipeline.Saved.Resolve(profile)
                : throw NoSuch()
        : throw NoSuch();

    private ProfileException NoSuch() =>
        new(
            $"There is no such profile; there are {string.Join(", ", [.. Profiles.Names, .. Pipeline.Saved.Names])}, or write the profile itself as an object."
        );

    private static SourceChoice? Of(string source, string? name, PipelineSet pipelines)
    {
        if (
            !source.Contains("://", StringComparison.Ordinal)
            && !source.StartsWith('/')
            && !source.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
        )
        {
            var chosen =
                name is not null ? pipelines.Find(name)
                : pipelines.All is [var only] ? only
                : null;
            return chosen is not null && IsPlain(chosen, source)
                ? new SourceChoice(chosen, chosen.Source.Key + source)
                : null;
        }
        ObjectLocation location;
        try
        {
            location = ObjectLocation.ParseSource(source, "/");
        }
        catch (AddressException)
        {
            return null;
        }
        var pipeline = name is null ? pipelines.Holding(location) : pipelines.Find(name);
        return
            pipeline is not null
            && pipelines.KeyIn(pipeline, location) is { } key
            && IsPlain(pipeline, key[pipeline.Source.Key.Length..])
            ? new SourceChoice(pipeline, key)
            : null;
    }

    /// <summary>Whether a name stays where it is read: in a folder, every part must be one; in a bucket only what leads out is refused.</summary>
    private static bool IsPlain(Pipeline pipeline, string name) =>
        name.Split('/')
            .All(part =>
                pipeline.Source.Scheme == StoreScheme.File
                    ? part is not ("" or "." or "..")
                    : part is not ".."
            );

    private static async Task<bool> IsFileAsync(
        SourceChoice choice,
        PipelineSet pipelines,
        CancellationToken cancellation
    )
    {
        try
        {
            return await pipelines.Open(choice.Pipeline.Source).HeadAsync(choice.Key, cancellation)
                is not null;
        }
        // A name that no file can have.
        catch (StoreException)
        {
            return false;
        }
    }

    private static string NamesOf(PipelineSet pipelines) =>
        string.Join(", ", pipelines.All.Select(each => each.Name));
}
