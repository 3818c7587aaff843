using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Ladders;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;

namespace Laddermill.Transcoding;

/// <summary>A job document, understood: addresses opened, the profile resolved, nothing left to be wrong but the source itself.</summary>
public sealed class JobRequest
{
    private static readonly string[] KnownProtocols = ["hls", "dash"];

    private JobRequest(
        JobSource source,
        OutputFolder output,
        string destinationAddress,
        Profile profile
    )
    {
        (Source, Output) = (source, output);
        (DestinationAddress, Profile) = (destinationAddress, profile);
    }

    internal JobSource Source { get; }

    public OutputFolder Output { get; }

    public string DestinationAddress { get; }

    public Profile Profile { get; }

    public required ImmutableArray<string> Protocols { get; init; }

    public required bool Force { get; init; }

    /// <param name="currentDirectory">Absolute folder that relative paths start from.</param>
    /// <exception cref="AddressException">An address is malformed.</exception>
    /// <exception cref="ProfileException">The profile cannot be used.</exception>
    /// <exception cref="ArgumentException">A protocol is unknown.</exception>
    /// <exception cref="FileNotFoundException">There is no such source.</exception>
    public static JobRequest Open(JobDocument document, string currentDirectory)
    {
        var protocols = document.Protocols ?? [.. KnownProtocols];
        if (
            protocols.IsEmpty
            || protocols.Except(KnownProtocols).FirstOrDefault() is { } or { Length: 0 }
        )
        {
            throw new ArgumentException(
                $"The protocols are \"{string.Join(',', protocols)}\"; they must be hls, dash or both, separated by a comma."
            );
        }
        var profile = LoadProfile(document.Profile);
        var destination = ObjectLocation.ParseDestination(document.Destination, currentDirectory);
        var location = ObjectLocation.ParseSource(document.Source, currentDirectory);
        var source = JobSource.OpenLocal(location);
        var store = new FileSystemObjectStore(destination.Bucket);
        var output = new OutputFolder(store, destination.Key, document.Name ?? source.Name);
        return new JobRequest(source, output, destination.ToString(), profile)
        {
            Protocols = protocols,
            Force = document.Force,
        };
    }

    private static Profile LoadProfile(JsonNode? profile) =>
        profile switch
        {
            null => Profiles.Load("default"),
            JsonValue value when value.TryGetValue<string>(out var name) => Profiles.Load(name),
            _ => Profiles.Parse(
                new JsonObject { ["job"] = profile.DeepClone() }.ToJsonString(),
                "the job document's profile"
            ),
        };
}
