using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;

namespace Laddermill.Storage.FileSystem;

/// <summary>The names in an open folder.</summary>
internal static class FolderEntries
{
    public readonly record struct Entry(string Name, bool IsFolder);

    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };

    /// <summary>In no order. A link may call itself a folder; opening it without following links tells.</summary>
    public static List<Entry> Read(SafeFileHandle folder, string key, string store)
    {
        var names = new FileSystemEnumerable<Entry>(
            // The folder that was opened, wherever its name leads by now.
            $"/proc/self/fd/{folder.DangerousGetHandle()}",
            static (ref entry) => new Entry(entry.FileName.ToString(), entry.IsDirectory),
            Everything
        );
        try
        {
            return [.. names];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Of("list", key, store, FileErrors.ErrnoOf(e));
        }
    }
}
