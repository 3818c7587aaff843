using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Laddermill.Server.Uploads;

/// <summary>An object that comes piece by piece; what must be known of it after a restart. Instants are UTC ticks.</summary>
/// <param name="Id">Random, and part of its address: who knows it may go on with it.</param>
/// <param name="Name">As its owner calls it, cleaned.</param>
/// <param name="Key">In the pipeline's store, prefix included; another one when it turns out to be taken.</param>
/// <param name="Size">Bytes, known from the beginning.</param>
/// <param name="Replaces">Whether it takes the place of an object of its name.</param>
/// <param name="Touched">When bytes came last.</param>
public sealed record Upload(
    string Id,
    string Pipeline,
    string Name,
    string Key,
    long Size,
    bool Replaces,
    long Created,
    long Touched
)
{
    /// <summary>What a bucket calls it; null in a folder.</summary>
    public string? Parted { get; init; }

    /// <summary>Bytes of all its parts but the last, in a bucket.</summary>
    public long PartBytes { get; init; }

    /// <summary>The tags of the parts that the bucket has.</summary>
    public ImmutableArray<string> Parts { get; init; } = [];

    /// <summary>The object's version once it is whole; null before.</summary>
    public string? Version { get; init; }

    [JsonIgnore]
    public bool IsWhole => Version is not null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Upload))]
internal sealed partial class UploadJson : JsonSerializerContext;
