using System.Collections.Immutable;

namespace Laddermill.Engines.OciContainerInstances;

/// <summary>What container instances are made like.</summary>
/// <param name="AvailabilityDomains">Tried in this order, such as <c>Uocm:PHX-AD-1</c>.</param>
/// <param name="Memory">GB.</param>
public sealed record ContainerInstanceOptions(
    string Compartment,
    ImmutableArray<string> AvailabilityDomains,
    string Shape,
    decimal Ocpus,
    decimal Memory,
    string Image,
    string Subnet
);
