using Laddermill.Storage.FileSystem;
using Laddermill.Storage.Oci;
using Laddermill.Storage.S3;

namespace Laddermill.Storage;

/// <summary>Opens the store that an address names.</summary>
public static class ObjectStores
{
    /// <summary>The store of <paramref name="location"/>; its keys are the location's <see cref="ObjectLocation.Key"/> and beside it.</summary>
    public static IObjectStore Open(ObjectLocation location, TimeProvider? time = null) =>
        location.Scheme switch
        {
            StoreScheme.File => new FileSystemObjectStore(location.Bucket, time),
            StoreScheme.S3 => new S3ObjectStore(
                location.Bucket,
                S3Options.FromEnvironment().CreateClient(),
                time
            ),
            _ => new OciObjectStore(
                location.Bucket,
                location.Namespace,
                OciOptions.FromEnvironment(time ?? TimeProvider.System),
                time
            ),
        };
}
