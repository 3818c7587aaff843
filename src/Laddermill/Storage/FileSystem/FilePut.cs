using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Laddermill.Storage.FileSystem;

/// <summary>
/// Stores one object: written under a hidden name in the root, flushed, then given its name in one step. Killed at any moment it leaves
/// the old object or the new one, and at most a hidden file, which <see cref="Sweep"/> removes.
/// </summary>
internal sealed class FilePut(FolderTree tree, string store, TimeProvider time)
{
    // Between chunks a put can be cancelled.
    private const int ChunkBytes = 4 << 20;

    /// <returns>The new facts, or null when the condition did not hold.</returns>
    public FileFacts? Run(
        string key,
        ReadOnlySpan<byte> content,
        PutCondition condition,
        CancellationToken cancellation
    )
    {
        using var root = tree.OpenOrMakeRoot();
        if (!Holds(condition, root, key))
            return null;
        using var file = CreateTemporary(root, key, out var temporary);
        var changed = new List<SafeFileHandle>();
        try
        {
            Write(file, key, content, cancellation);
            return Publish(root, key, new Unnamed(root, temporary, file), condition, changed);
        }
        finally
        {
            // Gone already when it was renamed.
            Posix.RemoveFile(root, temporary);
            changed.ForEach(folder => folder.Dispose());
        }
    }

    /// <summary>Gives a file that grew in <see cref="GrowingFiles"/> its name, once its bytes are on the disk.</summary>
    /// <returns>The new facts, or null when the condition did not hold; then the file is as it was.</returns>
    public FileFacts? Adopt(
        SafeFileHandle root,
        SafeFileHandle folder,
        string name,
        SafeFileHandle file,
        string key,
        PutCondition condition
    )
    {
        var changed = new List<SafeFileHandle>();
        try
        {
            Check(key, Posix.Flush(file));
            var facts = Publish(root, key, new Unnamed(folder, name, file), condition, changed);
            if (facts is not null)
                // Still there when it was linked.
                Posix.RemoveFile(folder, name);
            return facts;
        }
        finally
        {
            changed.ForEach(each => each.Dispose());
        }
    }

    /// <summary>A whole file under a hidden name.</summary>
    private readonly record struct Unnamed(SafeFileHandle Folder, string Name, SafeFileHandle File);

    private FileFacts? Publish(
        SafeFileHandle root,
        string key,
        Unnamed written,
        PutCondition condition,
        List<SafeFileHandle> changed
    )
    {
        if (!Name(root, key, written, condition, changed))
            return null;
        foreach (var folder in changed)
            Check(key, Posix.Flush(folder));
        Check(key, Posix.Facts(written.File, out var facts));
        return facts;
    }

    /// <summary>Removes what killed processes left half-written in the root.</summary>
    public void Sweep(SafeFileHandle root)
    {
        foreach (var entry in FolderEntries.Read(root, "", store))
        {
            if (!entry.Name.StartsWith(KeyPath.TemporaryPrefix, StringComparison.Ordinal))
                continue;
            var error = Posix.OpenFile(root, entry.Name, out var file);
            using (file)
            {
                // A living writer holds a shared lock.
                if (error == Errno.None && Posix.TryLock(file))
                    Posix.RemoveFile(root, entry.Name);
            }
        }
    }

    private SafeFileHandle CreateTemporary(SafeFileHandle root, string key, out string name)
    {
        while (true)
        {
            name = KeyPath.TemporaryPrefix + RandomNumberGenerator.GetHexString(16, true);
            Check(key, Posix.CreateFile(root, name, out var file));
            // A sweep that looks at it before it is locked takes it for a leftover; then there is no such name any more.
            if (
                Posix.LockShared(file) == Errno.None
                && Posix.Facts(root, name, out _) == Errno.None
            )
                return file;
            file.Dispose();
        }
    }

    private void Write(
        SafeFileHandle file,
        string key,
        ReadOnlySpan<byte> content,
        CancellationToken cancellation
    )
    {
        try
        {
            for (var offset = 0; offset < content.Length; offset += ChunkBytes)
            {
                cancellation.ThrowIfCancellationRequested();
                var chunk = content[offset..Math.Min(content.Length, offset + ChunkBytes)];
                RandomAccess.Write(file, chunk, offset);
            }
            // The kernel's own stamp is coarse: two puts within 4 ms would have the same, and so the same ETag.
            File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Of("write", key, store, FileErrors.ErrnoOf(e));
        }
        cancellation.ThrowIfCancellationRequested();
        Check(key, Posix.Flush(file));
    }

    // Gives the written file its name, unless the condition does not hold (any more).
    private bool Name(
        SafeFileHandle root,
        string key,
        Unnamed written,
        PutCondition condition,
        List<SafeFileHandle> changed
    )
    {
        using var names = tree.Lock(root);
        if (!Holds(condition, root, key))
            return false;
        var place = KeyPath.Of(key);
        using var found = tree.FindFile(root, key);
        if (found is not null)
        {
            place = found.Place;
            MakeNewer(written.File, key, found.Facts);
        }
        var folder = tree.Make(root, key, place, changed);
        changed.Add(folder);
        if (
            found is null
            && Posix.Facts(folder, place.Name, out var there) == Errno.None
            && there.IsFolder
        )
        {
            place = KeyPath.Beside(key);
            folder = tree.Make(root, key, place, changed);
            changed.Add(folder);
        }
        if (condition.IfAbsent)
        {
            // Atomic also against programs that know nothing of our lock, where the file system has links.
            var linked = Posix.Link(written.Folder, written.Name, folder, place.Name);
            if (linked is Errno.None or Errno.Exists)
                return linked == Errno.None;
            if (linked is not (Errno.NotPermitted or Errno.NotSupported or Errno.TooManyLinks))
                Check(key, linked);
        }
        Check(key, Posix.Rename(written.Folder, written.Name, folder, place.Name));
        return true;
    }

    private bool Holds(PutCondition condition, SafeFileHandle root, string key)
    {
        if (condition == PutCondition.None)
            return true;
        using var found = tree.FindFile(root, key);
        return condition.IfAbsent ? found is null : found?.Facts.ETag == condition.IfMatch;
    }

    // Other bytes must have another ETag than any before, also when the clock stands still or is set back.
    private void MakeNewer(SafeFileHandle file, string key, FileFacts replaced)
    {
        Check(key, Posix.Facts(file, out var written));
        if (written.ModifiedNs <= replaced.ModifiedNs)
            File.SetLastWriteTimeUtc(file, replaced.LastModified.UtcDateTime.AddTicks(1));
    }

    private void Check(string key, Errno error)
    {
        if (error != Errno.None)
            throw FileErrors.Of("write", key, store, error);
    }
}
