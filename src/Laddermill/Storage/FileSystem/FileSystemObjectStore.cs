using Microsoft.Win32.SafeHandles;

namespace Laddermill.Storage.FileSystem;

/// <summary>
/// A folder of a local or mounted file system as an object store: ordinary keys are ordinary paths (<see cref="KeyPath"/> tells of the
/// others). Symbolic links below the root are not followed and are no objects, nor are names that are not UTF-8. Content types and cache control are
/// not kept. The ETag is the size and the modification time in ns. Conditional puts are exact among Laddermill's processes on one machine (a lock on
/// the root folder); if-none-match also against others, wherever the file system has hard links.
/// </summary>
public sealed class FileSystemObjectStore : IObjectStore
{
    private const int ListBatch = 512;

    private readonly FolderTree tree;
    private readonly FilePut put;
    private int swept;

    /// <param name="root">Absolute path of the root folder, which the first put makes when it is missing.</param>
    public FileSystemObjectStore(string root, TimeProvider? time = null)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Folders can be stores on Linux only.");
        if (!Path.IsPathFullyQualified(root))
            throw new ArgumentException(
                $"The root '{root}' is not an absolute path.",
                nameof(root)
            );
        Root = root;
        Name = "file://" + root;
        tree = new FolderTree(root, Name);
        put = new FilePut(tree, Name, time ?? TimeProvider.System);
        Growing = new GrowingFiles(tree, put, Name);
    }

    /// <summary>Files that come piece by piece, and are objects once they are whole.</summary>
    public GrowingFiles Growing { get; }

    public string Name { get; }

    /// <summary>Absolute path of the root folder.</summary>
    public string Root { get; }

    public ObjectIdentity Identify(string key) => new("file", "", "", Path.Join(Root, key));

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation)
    {
        KeyRules.Check(Name, key);
        return Task.Run(() => Head(key), cancellation);
    }

    public Task<Stream?> ReadAsync(
        string key,
        long offset,
        long? length,
        string? ifMatch,
        CancellationToken cancellation
    )
    {
        KeyRules.Check(Name, key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        return Task.Run<Stream?>(
            () => Read(key, offset, length ?? long.MaxValue, ifMatch),
            cancellation
        );
    }

    public Task<StoredObject?> PutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        CancellationToken cancellation
    )
    {
        KeyRules.Check(Name, key);
        return Task.Run(
            () =>
            {
                SweepOnce();
                var facts = put.Run(key, content.Span, condition, cancellation);
                return facts is { } f ? Stored(key, f) : null;
            },
            cancellation
        );
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using var objects = List(prefix, cancellation).GetEnumerator();
        List<StoredObject> batch;
        do
        {
            batch = await Task.Run(() => Take(objects, ListBatch), cancellation)
                .ConfigureAwait(false);
            foreach (var found in batch)
                yield return found;
        } while (batch.Count == ListBatch);
    }

    public Task<FolderPage> ListFolderAsync(
        string prefix,
        string? after,
        int most,
        CancellationToken cancellation
    ) =>
        Task.Run(
            () =>
            {
                using var root = tree.OpenRoot();
                var folders = KeyPath.FoldersOf(prefix);
                using var folder = root is null ? null : tree.Find(root, folders);
                if (folder is null)
                    return new FolderPage([], false);
                var items = new FileListing(Name, prefix, cancellation)
                    .Directly(folder, prefix, string.Concat(folders.Select(f => f.Name + "/")))
                    .Where(each => after is null || Utf8Order.Instance.Compare(each.Key, after) > 0)
                    .Take(most + 1)
                    .ToList();
                return new FolderPage([.. items.Take(most)], items.Count > most);
            },
            cancellation
        );

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        foreach (var key in keys)
            KeyRules.Check(Name, key);
        return Task.Run(
            () =>
            {
                using var root = tree.OpenRoot();
                foreach (var key in root is null ? [] : keys)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Delete(root!, key);
                }
            },
            cancellation
        );
    }

    private StoredObject? Head(string key)
    {
        using var root = tree.OpenRoot();
        using var found = root is null ? null : tree.FindFile(root, key);
        return found is null ? null : Stored(key, found.Facts);
    }

    private FileRangeStream? Read(string key, long offset, long length, string? ifMatch)
    {
        using var root = tree.OpenRoot();
        while (root is not null)
        {
            using var found = tree.FindFile(root, key);
            if (found is null)
                return null;
            var error = Posix.OpenFile(found.Folder, found.Place.Name, out var file);
            if (error == Errno.None)
                return Open(file, key, offset, length, ifMatch);
            file.Dispose();
            // Replaced, moved or removed between the two calls: look again.
            if (error is not (Errno.NoEntry or Errno.Loop))
                throw FileErrors.Of("read", key, Name, error);
        }
        return null;
    }

    private FileRangeStream? Open(
        SafeFileHandle file,
        string key,
        long offset,
        long length,
        string? ifMatch
    )
    {
        try
        {
            var error = Posix.Facts(file, out var facts);
            if (error != Errno.None)
                throw FileErrors.Of("read", key, Name, error);
            if (!facts.IsFile)
            {
                file.Dispose();
                return null;
            }
            void Check(FileFacts now)
            {
                if (now.ETag != ifMatch)
                    throw new ObjectChangedException(
                        $"The object '{KeyRules.Show(key)}' in {Name} changed while it was being read: it is version {now.ETag} now, not {ifMatch}."
                    );
            }
            if (ifMatch is not null)
                Check(facts);
            return new FileRangeStream(
                file,
                offset,
                Math.Clamp(facts.Size - offset, 0, length),
                ifMatch is null ? null : Check,
                e => FileErrors.Of("read", key, Name, FileErrors.ErrnoOf(e))
            );
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private IEnumerable<StoredObject> List(string prefix, CancellationToken cancellation)
    {
        using var root = tree.OpenRoot();
        if (root is null)
            yield break;
        var folders = KeyPath.FoldersOf(prefix);
        using var folder = tree.Find(root, folders);
        if (folder is null)
            yield break;
        var start = prefix[..(prefix.LastIndexOf('/') + 1)];
        var path = string.Concat(folders.Select(f => f.Name + "/"));
        foreach (
            var found in new FileListing(Name, prefix, cancellation).Under(folder, start, path)
        )
            yield return found;
    }

    private static List<StoredObject> Take(IEnumerator<StoredObject> objects, int count)
    {
        var taken = new List<StoredObject>();
        while (taken.Count < count && objects.MoveNext())
            taken.Add(objects.Current);
        return taken;
    }

    private void Delete(SafeFileHandle root, string key)
    {
        using var names = tree.Lock(root);
        using var found = tree.FindFile(root, key);
        if (found is null)
            return;
        var error = Posix.RemoveFile(found.Folder, found.Place.Name);
        if (error is not (Errno.None or Errno.NoEntry))
            throw FileErrors.Of("delete", key, Name, error);
        tree.Prune(root, found.Place.Folders);
    }

    private void SweepOnce()
    {
        if (Interlocked.Exchange(ref swept, 1) != 0)
            return;
        using var root = tree.OpenRoot();
        if (root is not null)
            put.Sweep(root);
    }

    private static StoredObject Stored(string key, FileFacts facts) =>
        new(key, facts.Size, facts.ETag, facts.LastModified);
}
