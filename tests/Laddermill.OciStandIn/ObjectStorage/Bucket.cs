using System.Text;

namespace Laddermill.OciStandIn.ObjectStorage;

/// <summary>A bucket: objects in byte order of their names, and uploads that are not committed. Thread-safe; each change happens whole.</summary>
/// <param name="told">Hears of each change: what happened (as in the type of an event), and to which version of which object.</param>
internal sealed class Bucket(
    string name,
    string compartment,
    TimeProvider time,
    Action<string, StoredObject>? told = null
)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, StoredObject> objects = new(StringComparer.Ordinal);
    private readonly List<byte[]> names = [];
    private readonly Dictionary<string, MultipartUpload> uploads = new(StringComparer.Ordinal);

    public string Name => name;

    public string Compartment => compartment;

    public DateTimeOffset TimeCreated { get; } = time.GetUtcNow();

    public string ETag { get; } = Guid.NewGuid().ToString();

    public bool IsEmpty
    {
        get
        {
            lock (gate)
                return objects.Count == 0 && uploads.Count == 0;
        }
    }

    public StoredObject? Find(string key)
    {
        lock (gate)
            return objects.GetValueOrDefault(key);
    }

    /// <exception cref="Refusal">A condition does not hold.</exception>
    public StoredObject Put(
        string key,
        Body body,
        ObjectHeaders headers,
        Conditions conditions,
        string? multipartMd5 = null
    )
    {
        lock (gate)
        {
            var old = objects.GetValueOrDefault(key);
            conditions.Check(old);
            var now = time.GetUtcNow();
            var stored = new StoredObject(
                key,
                body,
                Guid.NewGuid().ToString(),
                old?.TimeCreated ?? now,
                now,
                headers,
                multipartMd5
            );
            objects[key] = stored;
            if (old is null)
                names.Insert(~IndexOf(Encoding.UTF8.GetBytes(key)), Encoding.UTF8.GetBytes(key));
            told?.Invoke(old is null ? "createobject" : "updateobject", stored);
            return stored;
        }
    }

    /// <summary>Moves an object to the archive; it stays the same version.</summary>
    public void Archive(string key)
    {
        lock (gate)
        {
            var old = objects[key];
            objects[key] = old with { Headers = old.Headers with { Tier = "Archive" } };
        }
    }

    /// <summary>The object that was removed, or null.</summary>
    /// <exception cref="Refusal">A condition does not hold.</exception>
    public StoredObject? Delete(string key, Conditions conditions)
    {
        lock (gate)
        {
            if (!objects.TryGetValue(key, out var old))
                return null;
            conditions.Check(old);
            objects.Remove(key);
            names.RemoveAt(IndexOf(Encoding.UTF8.GetBytes(key)));
            told?.Invoke("deleteobject", old);
            return old;
        }
    }

    public MultipartUpload Begin(string key, ObjectHeaders headers, Conditions conditions)
    {
        lock (gate)
        {
            conditions.Check(objects.GetValueOrDefault(key));
            var upload = new MultipartUpload(
                key,
                Guid.NewGuid().ToString(),
                headers,
                time.GetUtcNow()
            );
            uploads.Add(upload.Id, upload);
            return upload;
        }
    }

    public MultipartUpload Upload(string key, string? id)
    {
        lock (gate)
            return uploads.GetValueOrDefault(id ?? "") is { } upload && upload.Key == key
                ? upload
                : throw new Refusal(404, "NoSuchUpload", "There is no such upload.");
    }

    public IReadOnlyList<MultipartUpload> Uploads()
    {
        lock (gate)
            return [.. uploads.Values.OrderBy(u => u.TimeCreated)];
    }

    /// <summary>Ends an upload; false when somebody else did.</summary>
    public bool End(MultipartUpload upload)
    {
        lock (gate)
            return uploads.Remove(upload.Id);
    }

    /// <summary>Up to <paramref name="limit"/> objects from a name on, in order, and the name of the next one.</summary>
    /// <param name="after">Leave out the name itself.</param>
    public (IReadOnlyList<StoredObject> Found, string? Next) Page(
        string prefix,
        string from,
        bool after,
        int limit
    )
    {
        var (first, start) = (Encoding.UTF8.GetBytes(prefix), Encoding.UTF8.GetBytes(from));
        lock (gate)
        {
            var index = IndexOf(first.AsSpan().SequenceCompareTo(start) > 0 ? first : start);
            if (index < 0)
                index = ~index;
            else if (after && names[index].AsSpan().SequenceEqual(start))
                index++;
            var found = new List<StoredObject>();
            for (; index < names.Count && names[index].AsSpan().StartsWith(first); index++)
            {
                var stored = objects[Encoding.UTF8.GetString(names[index])];
                if (found.Count == limit)
                    return (found, stored.Name);
                found.Add(stored);
            }
            return (found, null);
        }
    }

    private int IndexOf(byte[] key) => names.BinarySearch(key, ByteOrder.Instance);

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static ByteOrder Instance { get; } = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
