using Microsoft.Win32.SafeHandles;

namespace Laddermill.Storage.FileSystem;

/// <summary>
/// The folders below one root, walked part by part and never through a link. Methods throw <see cref="StoreException"/>; handles they return
/// are the caller's to close.
/// </summary>
/// <param name="path">Absolute path of the root.</param>
/// <param name="store">The store's name, for messages.</param>
internal sealed class FolderTree(string path, string store)
{
    /// <summary>The root, or null when there is none yet.</summary>
    public SafeFileHandle? OpenRoot() =>
        Posix.OpenRoot(path, out var root) switch
        {
            Errno.None => root,
            Errno.NoEntry => null,
            var error => throw FileErrors.Of("open", "", store, error),
        };

    public SafeFileHandle OpenOrMakeRoot()
    {
        if (OpenRoot() is { } root)
            return root;
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Of("make the folder of", "", store, FileErrors.ErrnoOf(e));
        }
        return OpenRoot() ?? throw FileErrors.Of("open", "", store, Errno.NoEntry);
    }

    /// <summary>
    /// Waits until no other process or thread is changing names below the root. Held for a few system calls only; data is written before.
    /// Ends with the handle, so also with the process.
    /// </summary>
    public SafeFileHandle Lock(SafeFileHandle root)
    {
        var error = Posix.OpenFolder(root, ".", out var handle);
        if (error == Errno.None)
            error = Posix.Lock(handle);
        if (error == Errno.None)
            return handle;
        handle.Dispose();
        throw FileErrors.Of("lock", "", store, error);
    }

    /// <summary>The open folder, or null when there is none (or a link or a file where it should be).</summary>
    public SafeFileHandle? Find(SafeFileHandle root, IEnumerable<KeyPath.Folder> folders)
    {
        var error = Posix.OpenFolder(root, ".", out var at);
        foreach (var folder in folders)
        {
            if (error != Errno.None)
                break;
            using var parent = at;
            error = Posix.OpenFolder(parent, folder.Name, out at);
        }
        if (error == Errno.None)
            return at;
        at.Dispose();
        return error is Errno.NoEntry or Errno.NotDirectory or Errno.Loop
            ? null
            : throw FileErrors.Of("look into", "", store, error);
    }

    /// <summary>The file that holds an object now: its folder, its name there and its facts; null when there is none.</summary>
    public Found? FindFile(SafeFileHandle root, string key)
    {
        // An object may move from the first place to the second when a folder needs its name, never back: asked in this order, it is found.
        foreach (var place in (ReadOnlySpan<KeyPath>)[KeyPath.Of(key), KeyPath.Beside(key)])
        {
            if (Find(root, place.Folders) is not { } folder)
                continue;
            var error = Posix.Facts(folder, place.Name, out var facts);
            if (error == Errno.None && facts.IsFile)
                return new Found(folder, place, facts);
            folder.Dispose();
            if (error is not (Errno.None or Errno.NoEntry or Errno.NameTooLong))
                throw FileErrors.Of("look up", key, store, error);
        }
        return null;
    }

    public sealed record Found(SafeFileHandle Folder, KeyPath Place, FileFacts Facts) : IDisposable
    {
        public void Dispose() => Folder.Dispose();
    }

    /// <summary>Opens the folders of a place, making those that are missing. Call it under <see cref="Lock"/>.</summary>
    /// <param name="changed">Gets the folders in which one was made, still open, for flushing.</param>
    public SafeFileHandle Make(
        SafeFileHandle root,
        string key,
        KeyPath place,
        List<SafeFileHandle> changed
    )
    {
        var error = Posix.OpenFolder(root, ".", out var at);
        if (error != Errno.None)
            throw FileErrors.Of("write", key, store, error);
        foreach (var folder in place.Folders)
        {
            error = Posix.OpenFolder(at, folder.Name, out var next);
            if (error is Errno.NoEntry or Errno.NotDirectory)
            {
                if (error == Errno.NotDirectory && folder.KeyLength > 0)
                    MoveBeside(root, key[..folder.KeyLength], changed);
                error = Posix.MakeFolder(at, folder.Name);
                if (error is Errno.None or Errno.Exists)
                    error = Posix.OpenFolder(at, folder.Name, out next);
                changed.Add(at);
            }
            else
            {
                at.Dispose();
            }
            if (error != Errno.None)
                throw FileErrors.Of("write", key, store, error);
            at = next;
        }
        return at;
    }

    // An object has the name that a folder needs now.
    private void MoveBeside(SafeFileHandle root, string key, List<SafeFileHandle> changed)
    {
        using var found = FindFile(root, key);
        if (found is null)
            return;
        var beside = KeyPath.Beside(key);
        var to = Make(root, key, beside, changed);
        changed.Add(to);
        var error = Posix.Rename(found.Folder, found.Place.Name, to, beside.Name);
        if (error != Errno.None)
            throw FileErrors.Of("move", key, store, error);
    }

    /// <summary>Removes the folders of a place that are empty now, innermost first. Call it under <see cref="Lock"/>.</summary>
    public void Prune(SafeFileHandle root, IReadOnlyList<KeyPath.Folder> folders)
    {
        for (var depth = folders.Count; depth > 0; depth--)
        {
            using var parent = Find(root, folders.Take(depth - 1));
            if (
                parent is null
                || Posix.RemoveEmptyFolder(parent, folders[depth - 1].Name) != Errno.None
            )
                return;
        }
    }
}
