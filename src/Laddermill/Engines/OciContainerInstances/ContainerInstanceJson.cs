using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Laddermill.Engines.OciContainerInstances;

/// <summary>What the service is asked to make; the names are those of its API of 20210415.</summary>
internal sealed record CreateInstance(
    string CompartmentId,
    string AvailabilityDomain,
    string DisplayName,
    string Shape,
    InstanceShape ShapeConfig,
    string ContainerRestartPolicy,
    ImmutableArray<CreateContainer> Containers,
    ImmutableArray<CreateVnic> Vnics,
    ImmutableSortedDictionary<string, string> FreeformTags
);

internal sealed record InstanceShape(
    decimal Ocpus,
    [property: JsonPropertyName("memoryInGBs")] decimal Memory
);

internal sealed record CreateContainer(
    string ImageUrl,
    string DisplayName,
    ImmutableArray<string> Arguments,
    ImmutableSortedDictionary<string, string> EnvironmentVariables
);

internal sealed record CreateVnic(string SubnetId);

/// <summary>An instance as the service shows it, alone or in a list.</summary>
internal sealed record Instance(
    string Id,
    string? LifecycleState,
    string? LifecycleDetails,
    ImmutableSortedDictionary<string, string>? FreeformTags,
    ImmutableArray<InstanceContainer>? Containers
);

internal sealed record InstanceContainer(string ContainerId);

internal sealed record InstanceList(ImmutableArray<Instance> Items);

internal sealed record Container(string? LifecycleState, string? LifecycleDetails, int? ExitCode);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CreateInstance))]
[JsonSerializable(typeof(Instance))]
[JsonSerializable(typeof(InstanceList))]
[JsonSerializable(typeof(Container))]
internal sealed partial class ContainerInstanceJson : JsonSerializerContext;
