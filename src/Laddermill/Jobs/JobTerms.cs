using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Laddermill.Ladders;

namespace Laddermill.Jobs;

/// <summary>
/// What is to be made by a job, resolved from its document: one reading of it for those who do jobs and those who only need to know their ids.
/// </summary>
public sealed record JobTerms(ImmutableArray<string> Protocols, Profile Profile)
{
    private const string Unnamed = "job";

    private static readonly string[] KnownProtocols = ["hls", "dash"];
    private static readonly string[] KnownSegments = ["cmaf", "ts"];

    /// <exception cref="ProfileException">The profile cannot be used.</exception>
    /// <exception cref="ArgumentException">A protocol or form of segments is unknown, or they do not go together.</exception>
    public static JobTerms Of(JobDocument document)
    {
        var protocols = document.Protocols ?? [.. KnownProtocols];
        if (protocols.IsEmpty || protocols.Except(KnownProtocols).Any())
        {
            throw new ArgumentException(
                $"The protocols are \"{string.Join(',', protocols)}\"; they must be hls, dash or both, separated by a comma."
            );
        }
        return new JobTerms(
            protocols,
            WithSegments(
                LoadProfile(document.Profile),
                document.Segments,
                protocols.Contains("hls")
            )
        );
    }

    /// <summary>Transport streams are for HLS alone: a job without it is the same job whatever its profile says of them.</summary>
    private static Profile WithSegments(Profile profile, string? segments, bool hasHls)
    {
        if (segments is not null && !KnownSegments.Contains(segments))
        {
            throw new ArgumentException(
                $"The segments are \"{segments}\"; they must be cmaf, or ts to have MPEG-TS segments too."
            );
        }
        if (segments == "ts" && !hasHls)
        {
            throw new ArgumentException(
                "MPEG-TS segments are for HLS, which is not among the protocols; add hls, or leave ts out."
            );
        }
        var isWanted = segments is null ? profile.Segments.TransportStream : segments == "ts";
        return profile with
        {
            Segments = profile.Segments with { TransportStream = hasHls && isWanted },
        };
    }

    private static Profile LoadProfile(JsonNode? profile) =>
        profile switch
        {
            null => Profiles.Load("default"),
            JsonValue value when value.TryGetValue<string>(out var name) => Profiles.Load(name),
            JsonObject fields => Parse(fields.DeepClone().AsObject()),
            _ => Parse(profile.DeepClone()),
        };

    /// <summary>A profile that stands in the document itself may say what it is called.</summary>
    private static Profile Parse(JsonObject fields)
    {
        var name =
            fields["name"] is JsonValue value
            && value.TryGetValue<string>(out var text)
            && fields.Remove("name")
                ? text
                : Unnamed;
        return Parse(fields, name);
    }

    private static Profile Parse(JsonNode profile, string name = Unnamed) =>
        Profiles.Parse(
            new JsonObject { [name] = profile }.ToJsonString(),
            "the job document's profile",
            name
        );
}
