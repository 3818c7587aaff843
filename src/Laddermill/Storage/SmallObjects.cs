namespace Laddermill.Storage;

/// <summary>Documents of ours, which fit into memory.</summary>
public static class SmallObjects
{
    private const int MostBytes = 64 << 20;

    /// <summary>The bytes of an object, or null when there is none.</summary>
    /// <exception cref="StoreException">It cannot be read, or is far larger than anything we write.</exception>
    public static async Task<byte[]?> ReadSmallAsync(
        this IObjectStore store,
        string key,
        CancellationToken cancellation
    )
    {
        var stream = await store
            .ReadAsync(key, 0, MostBytes + 1L, null, cancellation)
            .ConfigureAwait(false);
        if (stream is null)
        {
            return null;
        }
        await using (stream.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellation).ConfigureAwait(false);
            return bytes.Length <= MostBytes
                ? bytes.ToArray()
                : throw new StoreException(
                    $"{store.Name}/{key} is larger than {MostBytes} bytes; it is none of ours. Move it away."
                );
        }
    }
}
