using System.Text.Json;
using System.Text.Json.Serialization;

namespace Laddermill.Dispatching;

/// <summary>What came of an event, for whoever reads the function's answer or log.</summary>
/// <param name="Message"><c>SUCCESS</c>, or <c>FAILED: …</c> when somebody has to do something.</param>
/// <param name="State">
/// <c>started</c>; or why nothing was: <c>claimed</c>, <c>running</c>, <c>done</c>, <c>rejected</c>, <c>failed</c>, <c>ignored</c>, or <c>pending</c> when a
/// sweep is to try again.
/// </param>
/// <param name="Instance">OCID of the container instance that was started.</param>
public sealed record DispatchAnswer(
    string Message,
    string? State,
    string? Job = null,
    string? Instance = null,
    string? Reason = null
)
{
    public static DispatchAnswer Of(
        string state,
        string? reason = null,
        string? job = null,
        string? instance = null
    ) => new("SUCCESS", state, job, instance, reason);

    public static DispatchAnswer Failed(string reason, string? state = null, string? job = null) =>
        new($"FAILED: {reason}", state, job);

    public byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(this, DispatchJson.Default.DispatchAnswer);
}

/// <summary>What a sweep did.</summary>
/// <param name="Looked">Objects of the input bucket that were looked at.</param>
/// <param name="Started">Instances that were started.</param>
/// <param name="Waiting">Jobs that still cannot be started.</param>
/// <param name="Reaped">Ended instances that were deleted.</param>
/// <param name="IsWhole">Whether the input bucket was gone through to its end; else the next sweep goes on.</param>
public sealed record SweepAnswer(
    string Message,
    int Looked,
    int Started,
    int Waiting,
    int Reaped,
    bool IsWhole
)
{
    public byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(this, DispatchJson.Default.SweepAnswer);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DispatchAnswer))]
[JsonSerializable(typeof(SweepAnswer))]
internal sealed partial class DispatchJson : JsonSerializerContext;
