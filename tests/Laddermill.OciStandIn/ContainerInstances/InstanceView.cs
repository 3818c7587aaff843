namespace Laddermill.OciStandIn.ContainerInstances;

/// <summary>A container instance, as tests look at it from outside the API.</summary>
public sealed class InstanceView
{
    private readonly ContainerInstance instance;

    internal InstanceView(ContainerInstance instance) => this.instance = instance;

    public string Id => instance.Id;

    public string State => instance.State;

    public string AvailabilityDomain => instance.Details.AvailabilityDomain!;

    public string DisplayName => instance.Details.DisplayName!;

    public string ContainerName => instance.Details.Containers![0].DisplayName!;

    public IReadOnlyList<string> Arguments => instance.Details.Containers![0].Arguments!;

    /// <summary>What it was asked for, without what the platform adds.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        instance.Details.Containers![0].EnvironmentVariables!;

    public IReadOnlyDictionary<string, string> Tags => instance.Details.FreeformTags!;

    public int? ExitCode => instance.ExitCode;

    public string Log => instance.Log;

    /// <summary>Done when its container runs no more.</summary>
    public Task Ended => instance.Ended;

    /// <summary>Ends the container as if the machine under it were gone.</summary>
    public void Kill() => instance.Kill();
}
