using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Laddermill.Jobs;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Running;

/// <summary>What a worker has told so far, found in the last that it wrote.</summary>
/// <param name="Progress">The last progress, as JSON; null when there was none.</param>
/// <param name="ResultText">The result, as JSON.</param>
public sealed record WorkerWords(string? Progress, WorkerResult? Result, string? ResultText)
{
    /// <param name="log">Lines of JSON, and among them anything else.</param>
    public static WorkerWords Find(string log)
    {
        string? progress = null;
        foreach (var line in log.Split('\n').Reverse())
        {
            if (
                line.StartsWith("{\"result\":", StringComparison.Ordinal)
                && Parse(line)?["result"] is JsonObject result
            )
            {
                return new WorkerWords(progress, Read(result), result.ToJsonString());
            }
            if (
                progress is null
                && line.StartsWith("{\"progress\":", StringComparison.Ordinal)
                && Parse(line)?["progress"] is JsonObject told
            )
            {
                progress = told.ToJsonString();
            }
        }
        return new WorkerWords(progress, null, null);
    }

    /// <summary>Null for another version's words, of which we understand nothing.</summary>
    private static WorkerResult? Read(JsonObject result)
    {
        try
        {
            return result.Deserialize(WorkerJson.Default.WorkerResult);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null for a line that was cut off.</summary>
    private static JsonNode? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line);
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
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(WorkerResult))]
internal sealed partial class WorkerJson : JsonSerializerContext;
