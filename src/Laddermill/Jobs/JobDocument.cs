using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Laddermill.Pricing;

namespace Laddermill.Jobs;

/// <summary>
/// What one job is asked to do, as engines hand it to <c>laddermill work</c>. Addresses are those of the command line.
/// </summary>
/// <example><c>{"source":"/films/sintel.mp4","destination":"/srv/out"}</c></example>
public sealed record JobDocument
{
    /// <summary>A path, <c>file://…</c>, <c>s3://bucket/key</c> or <c>oci://bucket/key</c>.</summary>
    [JsonRequired]
    public required string Source { get; init; }

    /// <summary>The root under which the object's folder and <c>thumbnails/</c> lie.</summary>
    [JsonRequired]
    public required string Destination { get; init; }

    /// <summary>A profile's name or file, or the profile itself as an object, which may hold its <c>name</c>; null for <c>default</c>.</summary>
    public JsonNode? Profile { get; init; }

    /// <summary><c>hls</c>, <c>dash</c> or both; null for both.</summary>
    public ImmutableArray<string>? Protocols { get; init; }

    /// <summary><c>cmaf</c>, or <c>ts</c> to have HLS with MPEG-TS segments too; null for what the profile says.</summary>
    public string? Segments { get; init; }

    /// <summary>The object's folder under the destination; null for the source's own name.</summary>
    public string? Name { get; init; }

    /// <summary>Make a new revision even when the job is done already.</summary>
    public bool Force { get; init; }

    /// <summary>Hours that the revision stays which this job replaces, for those who watch it; null for 24.</summary>
    public double? DeleteAfterHours { get; init; }

    /// <summary>What the machine costs that does it: then the job says what it was to cost, and what it did. Null: unknown. No part of what makes a job the same.</summary>
    public Prices? Prices { get; init; }

    /// <exception cref="JsonException">The text is no job document; the message names the field.</exception>
    public static JobDocument Parse(string json) =>
        JsonSerializer.Deserialize(json, JobJson.Default.JobDocument)
        ?? throw new JsonException("The job document is empty.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(JobOutcome))]
[JsonSerializable(typeof(DeleteAfter))]
internal sealed partial class JobJson : JsonSerializerContext;
