using System.Text.Json.Serialization;
using Laddermill.OciStandIn.ObjectStorage;

namespace Laddermill.OciStandIn.Events;

internal sealed record CreateRuleDetails(
    string? DisplayName,
    bool? IsEnabled,
    string? CompartmentId,
    string? Condition,
    RuleActions? Actions
);

internal sealed record RuleActions(IReadOnlyList<RuleAction>? Actions);

/// <param name="ActionType">FAAS alone is known here.</param>
internal sealed record RuleAction(string? ActionType, bool? IsEnabled, string? FunctionId);

internal sealed record RuleAnswer(
    string Id,
    string DisplayName,
    string CompartmentId,
    bool IsEnabled,
    string Condition,
    RuleActions Actions,
    string LifecycleState,
    DateTimeOffset TimeCreated
);

[JsonSourceGenerationOptions(
    Converters = [typeof(InstantConverter)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CreateRuleDetails))]
[JsonSerializable(typeof(RuleAnswer))]
[JsonSerializable(typeof(IReadOnlyList<RuleAnswer>))]
internal sealed partial class RuleWire : JsonSerializerContext;
