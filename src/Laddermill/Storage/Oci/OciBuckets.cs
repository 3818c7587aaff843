using System.Collections.Concurrent;

namespace Laddermill.Storage.Oci;

/// <summary>The buckets of a tenancy, each opened once, with one client for all.</summary>
public sealed class OciBuckets(OciOptions options, TimeProvider time) : IDisposable
{
    private readonly OciClient client = new(options, time);
    private readonly ConcurrentDictionary<string, OciObjectStore> opened = new(
        StringComparer.Ordinal
    );

    public OciObjectStore Open(string bucket) =>
        opened.GetOrAdd(bucket, name => new OciObjectStore(name, null, client, time));

    public void Dispose() => client.Dispose();
}
