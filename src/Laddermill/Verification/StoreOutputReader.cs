using Laddermill.Storage;

namespace Laddermill.Verification;

/// <summary>An output that lies in an object store.</summary>
/// <param name="folder">Key of the output's folder, without a slash at its end; empty for the store's root.</param>
public sealed class StoreOutputReader(IObjectStore store, string folder) : IOutputReader
{
    public string Name => folder.Length == 0 ? store.Name : $"{store.Name}/{folder}";

    /// <inheritdoc />
    /// <exception cref="StoreException">The store refused or cannot be reached.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken cancellation)
    {
        var key = folder.Length == 0 ? path : $"{folder}/{path}";
        var stream = await store.ReadAsync(key, 0, null, null, cancellation).ConfigureAwait(false);
        if (stream is null)
        {
            return null;
        }
        await using (stream.ConfigureAwait(false))
        {
            var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellation).ConfigureAwait(false);
            return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        }
    }
}
