namespace Laddermill.Storage;

/// <summary>Some of what lies directly in a folder, in UTF-8 byte order of keys.</summary>
/// <param name="HasMore">Whether more comes after the last of them.</param>
public sealed record FolderPage(IReadOnlyList<FolderItem> Items, bool HasMore)
{
    /// <summary>Sorts behind every key of the folder <paramref name="key"/>, which ends with <c>/</c>; any other key is itself.</summary>
    internal static string Behind(string key) => key.EndsWith('/') ? key + "\U0010FFFF" : key;

    /// <summary>Takes a page of a listing that goes into every folder.</summary>
    internal static async Task<FolderPage> OfAsync(
        IAsyncEnumerable<StoredObject> objects,
        string prefix,
        string? after,
        int most,
        CancellationToken cancellation
    )
    {
        var items = new List<FolderItem>();
        await foreach (var found in objects.WithCancellation(cancellation).ConfigureAwait(false))
        {
            var slash = found.Key.IndexOf('/', prefix.Length);
            var item =
                slash < 0
                    ? new FolderItem(found.Key, found)
                    : new FolderItem(found.Key[..(slash + 1)], null);
            if (
                item.Key == items.LastOrDefault()?.Key
                || after is not null && Utf8Order.Instance.Compare(item.Key, after) <= 0
            )
                continue;
            if (items.Count == most)
                return new FolderPage(items, true);
            items.Add(item);
        }
        return new FolderPage(items, false);
    }
}

/// <param name="Key">Of an object, or of a folder, and then it ends with <c>/</c>.</param>
/// <param name="Found">Null for a folder.</param>
public sealed record FolderItem(string Key, StoredObject? Found);
