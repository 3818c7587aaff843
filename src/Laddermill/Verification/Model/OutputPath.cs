namespace Laddermill.Verification.Model;

/// <summary>Where a URI in a playlist or manifest leads inside the output's folder.</summary>
internal static class OutputPath
{
    /// <summary>
    /// The path from the output's folder; null when the URI is absolute, has a query or leaves the folder: such an output cannot be moved
    /// or copied whole, and nothing outside is ever read.
    /// </summary>
    /// <param name="file">The file that the URI stands in.</param>
    public static string? Resolve(string file, string uri)
    {
        if (uri.Length == 0 || uri.AsSpan().ContainsAny(":?#\\"))
        {
            return null;
        }
        var parts = new List<string>(file.Split('/')[..^1]);
        foreach (var part in Uri.UnescapeDataString(uri).Split('/'))
        {
            switch (part)
            {
                case "..":
                    if (parts.Count == 0)
                    {
                        return null;
                    }
                    parts.RemoveAt(parts.Count - 1);
                    break;
                case ".":
                    break;
                case "":
                    return null;
                default:
                    parts.Add(part);
                    break;
            }
        }
        return string.Join('/', parts);
    }
}
