using Laddermill.Server.Pipelines;
using Laddermill.Storage;

namespace Laddermill.Server.Console.Stores;

/// <summary>Addresses of pages of stores. Folders stand in the query: their names may be anything, <c>..</c> and <c>//</c> included.</summary>
internal static class StoreAddress
{
    /// <param name="folder">From the destination's root: empty, or ending with <c>/</c>.</param>
    /// <param name="after">The last entry of the page before; null: the first page.</param>
    public static string Of(string pipeline, string folder, string? after = null)
    {
        var query = new[] { ("in", folder), ("after", after ?? "") }
            .Where(each => each.Item2.Length > 0)
            .Select(each => $"{each.Item1}={Uri.EscapeDataString(each.Item2)}");
        var text = string.Join('&', query);
        return $"/console/stores/{pipeline}{(text.Length > 0 ? "?" : "")}{text}";
    }

    /// <summary>Where this server serves what lies in a destination.</summary>
    /// <param name="path">From the destination's root.</param>
    public static string Media(Pipeline pipeline, string path) =>
        (
            pipeline.Destination.Scheme == StoreScheme.File
                ? $"/streams/{pipeline.Name}/"
                : $"{ConsolePaths.Media}/{pipeline.Name}/"
        ) + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>The folders on the way to one, outermost first: what each is called, and its path.</summary>
    public static IEnumerable<(string Name, string Path)> Way(string folder)
    {
        for (var slash = folder.IndexOf('/'); slash >= 0; slash = folder.IndexOf('/', slash + 1))
        {
            var start = slash == 0 ? 0 : folder.LastIndexOf('/', slash - 1) + 1;
            yield return (
                slash == start ? "(no name)" : folder[start..slash],
                folder[..(slash + 1)]
            );
        }
    }
}
