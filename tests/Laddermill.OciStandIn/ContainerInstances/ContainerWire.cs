using System.Text.Json.Serialization;
using Laddermill.OciStandIn.ObjectStorage;

namespace Laddermill.OciStandIn.ContainerInstances;

internal sealed record CreateInstanceDetails(
    string? CompartmentId,
    string? AvailabilityDomain,
    string? DisplayName,
    string? Shape,
    ShapeConfig? ShapeConfig,
    string? ContainerRestartPolicy,
    IReadOnlyList<CreateContainerDetails>? Containers,
    IReadOnlyList<CreateVnicDetails>? Vnics,
    IReadOnlyDictionary<string, string>? FreeformTags
);

internal sealed record ShapeConfig(
    decimal? Ocpus,
    [property: JsonPropertyName("memoryInGBs")] decimal? Memory
);

internal sealed record CreateContainerDetails(
    string? ImageUrl,
    string? DisplayName,
    IReadOnlyList<string>? Command,
    IReadOnlyList<string>? Arguments,
    IReadOnlyDictionary<string, string>? EnvironmentVariables
);

internal sealed record CreateVnicDetails(string? SubnetId);

internal sealed record InstanceAnswer(
    string Id,
    string DisplayName,
    string CompartmentId,
    string AvailabilityDomain,
    string LifecycleState,
    string? LifecycleDetails,
    string Shape,
    ShapeConfig? ShapeConfig,
    int ContainerCount,
    string ContainerRestartPolicy,
    DateTimeOffset TimeCreated,
    IReadOnlyDictionary<string, string> FreeformTags,
    IReadOnlyList<InstanceContainerAnswer>? Containers,
    IReadOnlyList<CreateVnicDetails>? Vnics
);

internal sealed record InstanceContainerAnswer(string ContainerId, string? DisplayName);

internal sealed record InstanceListAnswer(IReadOnlyList<InstanceAnswer> Items);

internal sealed record ContainerAnswer(
    string Id,
    string ContainerInstanceId,
    string DisplayName,
    string CompartmentId,
    string AvailabilityDomain,
    string ImageUrl,
    string LifecycleState,
    int? ExitCode,
    DateTimeOffset TimeCreated,
    IReadOnlyDictionary<string, string>? EnvironmentVariables,
    IReadOnlyList<string>? Arguments
);

internal sealed record ContainerListAnswer(IReadOnlyList<ContainerAnswer> Items);

[JsonSourceGenerationOptions(
    Converters = [typeof(InstantConverter)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CreateInstanceDetails))]
[JsonSerializable(typeof(InstanceAnswer))]
[JsonSerializable(typeof(InstanceListAnswer))]
[JsonSerializable(typeof(ContainerAnswer))]
[JsonSerializable(typeof(ContainerListAnswer))]
internal sealed partial class ContainerWire : JsonSerializerContext;
