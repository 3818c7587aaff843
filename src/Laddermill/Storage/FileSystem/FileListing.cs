using Microsoft.Win32.SafeHandles;

namespace Laddermill.Storage.FileSystem;

/// <summary>
/// Lists the objects below a root in the order of their keys. At any time it holds the names of one folder per level, not the tree.
/// </summary>
internal sealed class FileListing(string store, string prefix, CancellationToken cancellation)
{
    private enum Kind
    {
        File,
        Folder,
        LongStart,
    }

    /// <param name="Name">On the disk.</param>
    /// <param name="Start">The key of a file; what all keys below start with, otherwise.</param>
    private readonly record struct Entry(string Name, Kind Kind, string Start);

    /// <summary>The objects in an open folder and below.</summary>
    /// <param name="start">What their keys start with.</param>
    /// <param name="path">The folder's path from the root, empty or ending with a slash.</param>
    public IEnumerable<StoredObject> Under(SafeFileHandle folder, string start, string path)
    {
        var entries = Entries(folder, start, path);
        string? last = null;
        for (var i = 0; i < entries.Count; )
        {
            // Names that share a long start lie partly in its folder and, up to 255 bytes, partly beside it.
            var end = i + 1;
            while (
                entries[i].Kind == Kind.LongStart
                && end < entries.Count
                && entries[end].Start.StartsWith(entries[i].Start, StringComparison.Ordinal)
            )
                end++;
            var group = entries[i..end].Select(e => Objects(folder, e, path));
            foreach (var found in end - i == 1 ? group.Single() : Merge(group))
            {
                if (found.Key != last)
                    yield return found;
                last = found.Key;
            }
            i = end;
        }
    }

    /// <summary>What lies directly in an open folder: its objects, and folders without going into them.</summary>
    /// <param name="start">What the keys in it start with.</param>
    /// <param name="path">The folder's path from the root, empty or ending with a slash.</param>
    public IEnumerable<FolderItem> Directly(SafeFileHandle folder, string start, string path)
    {
        string? last = null;
        foreach (var entry in Entries(folder, start, path))
        {
            // A long name is spread over folders of our own; what starts in one of them is found by looking into it.
            var items = entry.Kind switch
            {
                Kind.Folder => [new FolderItem(entry.Start, null)],
                _ => Objects(folder, entry, path)
                    .Select(found =>
                        found.Key.IndexOf('/', start.Length) is var slash and >= 0
                            ? new FolderItem(found.Key[..(slash + 1)], null)
                            : new FolderItem(found.Key, found)
                    ),
            };
            foreach (var item in items)
            {
                if (item.Key != last)
                    yield return item;
                last = item.Key;
            }
        }
    }

    private IEnumerable<StoredObject> Objects(SafeFileHandle folder, Entry entry, string path)
    {
        cancellation.ThrowIfCancellationRequested();
        if (entry.Kind == Kind.File)
        {
            if (Posix.Facts(folder, entry.Name, out var facts) == Errno.None && facts.IsFile)
                yield return new(entry.Start, facts.Size, facts.ETag, facts.LastModified);
            yield break;
        }
        var error = Posix.OpenFolder(folder, entry.Name, out var inner);
        using (inner)
        {
            // A link, or removed meanwhile.
            if (error is Errno.NotDirectory or Errno.Loop or Errno.NoEntry)
                yield break;
            if (error != Errno.None)
                throw FileErrors.Of("list", entry.Start, store, error);
            foreach (var found in Under(inner, entry.Start, path + entry.Name + "/"))
                yield return found;
        }
    }

    private List<Entry> Entries(SafeFileHandle folder, string start, string path)
    {
        var entries = new List<Entry>();
        foreach (var found in FolderEntries.Read(folder, start, store))
        {
            if (Read(found, start, path) is { } entry && MayMatch(entry))
                entries.Add(entry);
        }
        entries.Sort((x, y) => Utf8Order.Instance.Compare(x.Start, y.Start));
        return entries;
    }

    private bool MayMatch(Entry entry) =>
        entry.Start.StartsWith(prefix, StringComparison.Ordinal)
        || entry.Kind != Kind.File && prefix.StartsWith(entry.Start, StringComparison.Ordinal);

    // Null for what is no object and no folder of objects.
    private static Entry? Read(FolderEntries.Entry found, string start, string path)
    {
        var name = found.Name;
        if (path.Length == 0 && name.StartsWith(KeyPath.TemporaryPrefix, StringComparison.Ordinal))
            return null;
        var mark = name.StartsWith(KeyPath.Mark, StringComparison.Ordinal)
            ? name.ElementAtOrDefault(2)
            : ' ';
        var part = mark == ' ' ? name : name[Math.Min(3, name.Length)..];
        Entry entry = mark switch
        {
            KeyPath.Long => new(name, Kind.LongStart, start + part),
            _ when found.IsFolder => new(name, Kind.Folder, start + part + "/"),
            _ => new(name, Kind.File, start + part),
        };
        // Only one spelling of a key is its place; a stranger's file in another one is not seen by reads either.
        var marked = mark != ' ' || path.Contains(KeyPath.Mark, StringComparison.Ordinal);
        return marked && !IsPlace(entry, path + name) ? null : entry;
    }

    private static bool IsPlace(Entry entry, string path) =>
        entry.Kind switch
        {
            Kind.File => KeyPath.Of(entry.Start).ToString() == path
                || KeyPath.Beside(entry.Start).ToString() == path,
            Kind.Folder => string.Join('/', KeyPath.FoldersOf(entry.Start).Select(f => f.Name))
                == path,
            _ => true,
        };

    private static IEnumerable<StoredObject> Merge(IEnumerable<IEnumerable<StoredObject>> sorted)
    {
        var next = new PriorityQueue<IEnumerator<StoredObject>, string>(Utf8Order.Instance);
        void Advance(IEnumerator<StoredObject> objects)
        {
            if (objects.MoveNext())
                next.Enqueue(objects, objects.Current.Key);
            else
                objects.Dispose();
        }
        foreach (var objects in sorted)
            Advance(objects.GetEnumerator());
        while (next.TryDequeue(out var objects, out _))
        {
            yield return objects.Current;
            Advance(objects);
        }
    }
}
