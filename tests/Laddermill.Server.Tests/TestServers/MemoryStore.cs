using System.Globalization;
using System.Runtime.CompilerServices;
using Laddermill.Storage;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>A bucket in memory, for loads under which a real one would be what is measured.</summary>
internal sealed class MemoryStore(string bucket, TimeProvider time) : IObjectStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (byte[] Content, StoredObject Facts)> objects = new(
        StringComparer.Ordinal
    );
    private readonly SortedSet<string> keys = new(StringComparer.Ordinal);
    private long version;

    public string Name => $"s3://{bucket}";

    public ObjectIdentity Identify(string key) => new("s3", "", bucket, key);

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult(objects.TryGetValue(key, out var found) ? found.Facts : null);
        }
    }

    public Task<Stream?> ReadAsync(
        string key,
        long offset,
        long? length,
        string? ifMatch,
        CancellationToken cancellation
    )
    {
        lock (gate)
        {
            return Task.FromResult<Stream?>(
                objects.TryGetValue(key, out var found)
                    ? new MemoryStream(found.Content[(int)offset..], writable: false)
                    : null
            );
        }
    }

    public Task<StoredObject?> PutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        CancellationToken cancellation
    )
    {
        lock (gate)
        {
            if (condition.IfAbsent && objects.ContainsKey(key))
            {
                return Task.FromResult<StoredObject?>(null);
            }
            var facts = new StoredObject(
                key,
                content.Length,
                (++version).ToString(CultureInfo.InvariantCulture),
                time.GetUtcNow()
            );
            objects[key] = (content.ToArray(), facts);
            keys.Add(key);
            return Task.FromResult<StoredObject?>(facts);
        }
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        List<StoredObject> found;
        lock (gate)
        {
            found =
            [
                .. keys.GetViewBetween(prefix, prefix + '\uffff').Select(key => objects[key].Facts),
            ];
        }
        foreach (var each in found)
        {
            yield return each;
        }
        await Task.CompletedTask;
    }

    public Task DeleteAsync(IReadOnlyCollection<string> removed, CancellationToken cancellation)
    {
        lock (gate)
        {
            foreach (var key in removed)
            {
                objects.Remove(key);
                keys.Remove(key);
            }
        }
        return Task.CompletedTask;
    }
}
