using Laddermill.Storage;

namespace Laddermill.Tests.Storage;

/// <summary>A store that tells what is put, and takes it only when a test lets it.</summary>
/// <param name="before">Called with the key of each object that is put and what is said of it, and waited for.</param>
internal sealed class WatchedStore(
    IObjectStore inner,
    Func<string, PutOptions, CancellationToken, Task> before
) : IObjectStore
{
    public string Name => inner.Name;

    public ObjectIdentity Identify(string key) => inner.Identify(key);

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation) =>
        inner.HeadAsync(key, cancellation);

    public Task<Stream?> ReadAsync(
        string key,
        long offset,
        long? length,
        string? ifMatch,
        CancellationToken cancellation
    ) => inner.ReadAsync(key, offset, length, ifMatch, cancellation);

    public async Task<StoredObject?> PutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        CancellationToken cancellation
    )
    {
        await before(key, options, cancellation);
        return await inner.PutAsync(key, content, options, condition, cancellation);
    }

    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        CancellationToken cancellation
    ) => inner.ListAsync(prefix, cancellation);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation) =>
        inner.DeleteAsync(keys, cancellation);
}
