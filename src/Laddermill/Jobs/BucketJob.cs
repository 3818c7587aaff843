using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Laddermill.Jobs;

/// <summary>
/// One object of an Oracle Cloud bucket as a job, in the words that container instances are started with: arguments <c>[bucket, object]</c> and the
/// variables below. They are those of the system that this one can replace, so that either can start the other's container.
/// </summary>
public static class BucketJob
{
    public const string DestinationVariable = "TC_DST_BUCKET";
    public const string ProtocolsVariable = "TC_STREAMING_PROTOCOL";

    /// <summary>A name for people; nothing depends on it.</summary>
    public const string ProjectVariable = "TC_PROJECT_NAME";

    /// <summary>Ours: a profile's name, or the profile itself as a JSON object.</summary>
    public const string ProfileVariable = "LADDERMILL_PROFILE";

    /// <param name="destination">The output bucket's name.</param>
    /// <param name="protocols"><c>HLS</c>, <c>DASH</c> or both with a comma, in any case of letters; null for both.</param>
    /// <param name="profile">Null for <c>default</c>.</param>
    /// <exception cref="JsonException">The profile starts like JSON and is none.</exception>
    public static JobDocument Document(
        string bucket,
        string key,
        string destination,
        string? protocols,
        string? profile
    ) =>
        new()
        {
            Source = $"oci://{bucket}/{key}",
            Destination = $"oci://{destination}",
            Protocols = string.IsNullOrWhiteSpace(protocols) ? null : Protocols(protocols),
            Profile = Profile(profile),
        };

    private static ImmutableArray<string> Protocols(string list) =>
        [
            .. list.ToLowerInvariant()
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Distinct(),
        ];

    private static JsonNode? Profile(string? profile) =>
        profile?.Trim() switch
        {
            null or "" => null,
            ['{', ..] and var json => JsonNode.Parse(json),
            var name => JsonValue.Create(name),
        };
}
