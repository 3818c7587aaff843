using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Laddermill.Cli.Commands;
using Laddermill.Transcoding;

namespace Laddermill.Cli.Serving;

/// <summary>A job as a server tells it (docs/server.md); what a newer server tells besides is passed over.</summary>
/// <param name="Name">Folder of its streams under the destination.</param>
/// <param name="Size">Bytes of the source.</param>
/// <param name="NextAttempt">A queued job is not tried before; null: as soon as there is room.</param>
/// <param name="Result">What its worker told at the end.</param>
/// <param name="Reason">A sentence, and a tool's last words beneath.</param>
internal sealed record ServerJob(
    string Id,
    string State,
    string? Pipeline,
    string Source,
    long Size,
    string Name,
    string Destination,
    int Priority,
    DateTimeOffset Created,
    DateTimeOffset? Started,
    DateTimeOffset? Ended,
    DateTimeOffset? NextAttempt,
    int Attempts,
    bool CancelRequested,
    JobProgress? Progress,
    JobEnding? Result,
    string? Code,
    string? Reason,
    ServerLinks? Links
)
{
    [JsonIgnore]
    public bool IsOver => State is not ("queued" or "running");

    /// <summary>The exit code of a command that waited for it.</summary>
    [JsonIgnore]
    public int ExitCode =>
        State switch
        {
            "succeeded" => Cli.ExitCode.Done,
            "rejected" => Cli.ExitCode.Rejected,
            "cancelled" => Cli.ExitCode.Cancelled,
            _ => Cli.ExitCode.Failed,
        };
}

/// <summary>Addresses on the server, without its own; null while there is nothing behind them.</summary>
internal sealed record ServerLinks(string? Playlist, string? Manifest, string? Thumbnail);

/// <summary>One try at a job.</summary>
/// <param name="Server">Which server watched over it.</param>
internal sealed record ServerAttempt(
    int Number,
    string Server,
    DateTimeOffset Started,
    DateTimeOffset? Ended,
    int? ExitCode,
    string? Outcome,
    string? Reason
);

/// <summary>A wish for a job, as a server takes it; see there.</summary>
/// <param name="Profile">A built-in profile's name, or a whole profile.</param>
internal sealed record WantedJob(
    string Source,
    string? Pipeline,
    JsonNode? Profile,
    ImmutableArray<string>? Protocols,
    bool Force,
    int? Priority
);

/// <summary>What a server says about a request that went wrong (RFC 9457).</summary>
internal sealed record ServerProblem(string? Title, string? Detail)
{
    /// <summary>Null when the text is no such thing.</summary>
    public static ServerProblem? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ServerJson.Default.ServerProblem);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ServerJob))]
[JsonSerializable(typeof(ImmutableArray<ServerAttempt>))]
[JsonSerializable(typeof(WantedJob))]
[JsonSerializable(typeof(ServerProblem))]
internal sealed partial class ServerJson : JsonSerializerContext;
