using Microsoft.Win32.SafeHandles;

namespace Laddermill.Storage.FileSystem;

/// <summary>
/// Files that grow over days in a hidden folder of the store's root, hence in its file system, and get their names when they are whole. Until then neither
/// listings nor reads of the store see them. Methods throw <see cref="StoreException"/>.
/// </summary>
public sealed class GrowingFiles
{
    private readonly FolderTree tree;
    private readonly FilePut put;
    private readonly string store;

    internal GrowingFiles(FolderTree tree, FilePut put, string store) =>
        (this.tree, this.put, this.store) = (tree, put, store);

    /// <summary>Opens a file, which is made when there is none, for <see cref="RandomAccess"/>.</summary>
    /// <param name="name">A plain file name.</param>
    public SafeFileHandle Open(string name)
    {
        using var root = tree.OpenOrMakeRoot();
        var made = Posix.MakeFolder(root, KeyPath.GrowingFolder);
        if (made is not (Errno.None or Errno.Exists))
            throw FileErrors.Of("write into", "", store, made);
        using var folder = OpenFolder(root) ?? throw FileErrors.Of("open", "", store, Errno.Loop);
        Posix.CreateFile(folder, name, out var file);
        if (!file.IsInvalid)
            return file;
        file.Dispose();
        var error = Posix.OpenFileForWriting(folder, name, out file);
        if (error == Errno.None)
            return file;
        file.Dispose();
        throw FileErrors.Of("write", name, store, error);
    }

    /// <summary>The bytes that a file has; 0 when there is none.</summary>
    public long SizeOf(string name)
    {
        using var root = tree.OpenRoot();
        using var folder = root is null ? null : OpenFolder(root);
        return folder is not null && Posix.Facts(folder, name, out var facts) == Errno.None
            ? facts.Size
            : 0;
    }

    /// <summary>Adds bytes to an open file, from <paramref name="offset"/> on.</summary>
    public async Task WriteAsync(
        SafeFileHandle file,
        string key,
        ReadOnlyMemory<byte> content,
        long offset,
        CancellationToken cancellation
    )
    {
        try
        {
            await RandomAccess
                .WriteAsync(file, content, offset, cancellation)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Of("write", key, store, FileErrors.ErrnoOf(e));
        }
    }

    /// <summary>Makes an object of a file, durably before it returns.</summary>
    /// <returns>The object's facts; null when the condition does not hold, and then the file stays.</returns>
    public Task<StoredObject?> PublishAsync(
        string name,
        string key,
        PutCondition condition,
        CancellationToken cancellation
    )
    {
        KeyRules.Check(store, key);
        return Task.Run(() => Publish(name, key, condition), cancellation);
    }

    /// <summary>Removes a file; none is no error.</summary>
    public void Remove(string name)
    {
        using var root = tree.OpenRoot();
        using var folder = root is null ? null : OpenFolder(root);
        if (folder is null)
            return;
        Posix.RemoveFile(folder, name);
        // An empty one is no use to anybody; with other files in it, it stays.
        Posix.RemoveEmptyFolder(root!, KeyPath.GrowingFolder);
    }

    private StoredObject? Publish(string name, string key, PutCondition condition)
    {
        using var root = tree.OpenOrMakeRoot();
        using var folder =
            OpenFolder(root) ?? throw FileErrors.Of("write", key, store, Errno.NoEntry);
        var error = Posix.OpenFileForWriting(folder, name, out var file);
        using (file)
        {
            if (error != Errno.None)
                throw FileErrors.Of("write", key, store, error);
            var facts = put.Adopt(root, folder, name, file, key, condition);
            if (facts is null)
                return null;
            Posix.RemoveEmptyFolder(root, KeyPath.GrowingFolder);
            return new(key, facts.Value.Size, facts.Value.ETag, facts.Value.LastModified);
        }
    }

    private static SafeFileHandle? OpenFolder(SafeFileHandle root)
    {
        if (Posix.OpenFolder(root, KeyPath.GrowingFolder, out var folder) == Errno.None)
            return folder;
        folder.Dispose();
        return null;
    }
}
