using Laddermill.Server.Telemetry;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;
using Laddermill.Storage.Oci;
using Laddermill.Storage.S3;

namespace Laddermill.Server.Uploads;

/// <summary>Where the bytes of an upload are until it is whole. Methods throw <see cref="StoreException"/>.</summary>
internal abstract class UploadTarget
{
    protected const int BufferBytes = 256 << 10;

    /// <summary>Null for a store that takes none.</summary>
    public static UploadTarget? Of(IObjectStore store, UploadBook book) =>
        MeasuredStore.Within(store) switch
        {
            FileSystemObjectStore folder => new FolderUploads(folder),
            S3ObjectStore bucket => new BucketUploads(bucket.Parted, book),
            OciObjectStore bucket => new BucketUploads(bucket.Parted, book),
            _ => null,
        };

    /// <summary>The folder whose disk holds them.</summary>
    public abstract string Disk { get; }

    /// <summary>Bytes on that disk that an upload will need at most.</summary>
    public abstract long NeedOf(Upload upload);

    /// <returns>The upload, with what must be known to go on with it.</returns>
    public abstract Task<Upload> BeginAsync(Upload upload, CancellationToken cancellation);

    /// <summary>The bytes that have come.</summary>
    public abstract long OffsetOf(Upload upload);

    /// <summary>Adds bytes until they end or the upload has all; what has come stays when reading fails.</summary>
    /// <returns>The upload as it is now.</returns>
    public abstract Task<Upload> AppendAsync(
        Upload upload,
        Stream bytes,
        CancellationToken cancellation
    );

    /// <summary>Makes the object, whose bytes have all come.</summary>
    /// <returns>Null when its name is taken.</returns>
    public abstract Task<StoredObject?> PublishAsync(Upload upload, CancellationToken cancellation);

    public abstract Task DropAsync(Upload upload, CancellationToken cancellation);

    protected static PutCondition ConditionOf(Upload upload) =>
        upload.Replaces ? PutCondition.None : PutCondition.Absent;
}
