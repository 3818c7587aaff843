namespace Laddermill.Storage;

/// <summary>
/// A bucket that takes an object in numbered parts, over days and from whichever process; the object appears when it is completed, whole or not at all.
/// Parts are kept, and charged for, until it is completed or aborted. Methods throw <see cref="StoreException"/>.
/// </summary>
public interface IPartedUploads
{
    /// <summary>Begins an object. Returns the store's name for the upload.</summary>
    Task<string> BeginAsync(string key, PutOptions options, CancellationToken cancellation);

    /// <summary>Stores one part, replacing an earlier one of its number. Returns its tag, for <see cref="CompleteAsync"/>.</summary>
    /// <param name="number">From 1 to 10,000.</param>
    /// <param name="content">At least 10 MiB, but for the last part.</param>
    Task<string> PutPartAsync(
        string key,
        string upload,
        int number,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellation
    );

    /// <summary>Makes the object of its parts, in order. Null when the condition does not hold; the upload is there still.</summary>
    /// <param name="parts">The tags of all parts.</param>
    Task<StoredObject?> CompleteAsync(
        string key,
        string upload,
        IReadOnlyList<string> parts,
        PutCondition condition,
        CancellationToken cancellation
    );

    /// <summary>Gives an upload up; one that is not there is no error.</summary>
    Task AbortAsync(string key, string upload, CancellationToken cancellation);
}
