using System.Collections.Immutable;
using Laddermill.Engines.OciContainerInstances;
using Laddermill.Events;
using Laddermill.Jobs;

namespace Laddermill.Dispatching;

/// <summary>How events of Oracle Cloud become jobs: from the function's configuration, or the environment of whoever stands in for it.</summary>
/// <param name="OutputBucket">Streams, outcomes and our own notes lie in it.</param>
/// <param name="Protocols">As it was configured; <c>HLS</c>, <c>DASH</c> or both.</param>
/// <param name="Profile">Null for <c>default</c>.</param>
/// <param name="Terms">What protocols and profile come to.</param>
/// <param name="InputBucket">The bucket that a sweep looks through for missed events; null: none.</param>
/// <param name="MaxAttempts">How often a job is tried that fails.</param>
/// <param name="WorkerEndpoints">Endpoints that workers are to use in place of the region's own.</param>
public sealed record DispatchOptions(
    ContainerInstanceOptions Instances,
    string OutputBucket,
    string Protocols,
    string? Profile,
    JobTerms Terms,
    string? InputBucket,
    NameRules Names,
    int MaxAttempts,
    string ProjectName,
    ImmutableSortedDictionary<string, string> WorkerEndpoints
);

/// <summary>The configuration is incomplete or wrong.</summary>
public sealed class ConfigurationException(ImmutableArray<string> problems)
    : Exception("The configuration is wrong: " + string.Join(' ', problems))
{
    /// <summary>All of them, each a sentence.</summary>
    public ImmutableArray<string> Problems => problems;
}
