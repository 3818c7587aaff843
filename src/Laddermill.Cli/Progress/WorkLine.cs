using System.Text.Json;
using System.Text.Json.Serialization;
using Laddermill.Cli.Commands;
using Laddermill.Transcoding;

namespace Laddermill.Cli.Progress;

/// <summary>One line of JSON that a program reads while a job runs: an object with one member, named for what it tells.</summary>
internal sealed record WorkLine
{
    public JobProgress? Progress { get; init; }

    public JobEnding? Result { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, WorkLineJson.Default.WorkLine);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(WorkLine))]
internal sealed partial class WorkLineJson : JsonSerializerContext;
