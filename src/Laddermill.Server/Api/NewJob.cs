using System.Text.Json.Nodes;

namespace Laddermill.Server.Api;

/// <summary>A job that is asked for by itself.</summary>
/// <param name="Source">Address of the object, which must lie in the source of a pipeline; or its name in the pipeline's source.</param>
/// <param name="Pipeline">The pipeline by whose rules it is done; null: the one whose source holds the object.</param>
/// <param name="Profile">A built-in or saved profile's name, or a profile as an object; null: the pipeline's.</param>
/// <param name="Protocols"><c>hls</c>, <c>dash</c> or both; null: the pipeline's.</param>
/// <param name="Force">Make a new revision even when the job is done already.</param>
/// <param name="Priority">-100 to 100, higher comes first; null: the pipeline's.</param>
public sealed record NewJob(
    string Source,
    string? Pipeline = null,
    JsonNode? Profile = null,
    IReadOnlyList<string>? Protocols = null,
    bool Force = false,
    int? Priority = null
);
