namespace Laddermill.OciStandIn.Containers;

/// <summary>A folder that a container shares with its platform.</summary>
/// <param name="Host">On this machine.</param>
/// <param name="Inside">Where a real container sees it.</param>
internal sealed record Mount(string Host, string Inside, bool IsWritable = false);

/// <summary>What a container gets beside its image.</summary>
/// <param name="Name">Nobody else's.</param>
internal sealed record ContainerSetup(
    string Name,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<(string Name, string Value)> Environment,
    IReadOnlyList<Mount> Mounts
)
{
    /// <summary>Takes the place of the image's own; null: it does not.</summary>
    public string? EntryPoint { get; init; }

    /// <summary>Has as little as functions have: user 1000 without capabilities, a file system to be read, a small /tmp.</summary>
    public bool IsFunction { get; init; }
}
