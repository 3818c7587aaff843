using Laddermill.Storage.FileSystem;

namespace Laddermill.Storage;

/// <summary>Opens the store that an address names.</summary>
public static class ObjectStores
{
    /// <summary>The store of <paramref name="location"/>; its keys are the location's <see cref="ObjectLocation.Key"/> and beside it.</summary>
    public static IObjectStore Open(ObjectLocation location, TimeProvider? time = null) =>
        location.Scheme switch
        {
            StoreScheme.File => new FileSystemObjectStore(location.Bucket, time),
            _ => throw new NotSupportedException($"No store for {location.Scheme} yet."),
        };
}
