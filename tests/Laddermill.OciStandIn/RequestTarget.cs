namespace Laddermill.OciStandIn;

/// <summary>
/// The path and query of a request as they came over the wire. A web server's own idea of a path will not do: it resolves <c>..</c> and decodes all
/// but <c>%2F</c>, and here an object may be called <c>..</c> or <c>a%2Fb</c>.
/// </summary>
/// <param name="Segments">The decoded parts between the slashes.</param>
/// <param name="Query">Decoded names and values.</param>
internal sealed record RequestTarget(string[] Segments, IReadOnlyDictionary<string, string> Query)
{
    public static RequestTarget Parse(string raw)
    {
        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (raw, "") : (raw[..mark], raw[(mark + 1)..]);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
            values[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value);
        }
        return new([.. path.TrimStart('/').Split('/').Select(Uri.UnescapeDataString)], values);
    }

    /// <summary>The rest of the path from a part on: clients may or may not encode the slashes of an object's name.</summary>
    public string From(int segment) => string.Join('/', Segments[segment..]);

    public string? Value(string name) => Query.GetValueOrDefault(name);

    public int? Number(string name) =>
        Value(name) is not { } text ? null
        : int.TryParse(text, out var number) ? number
        : throw Refusal.Invalid($"'{name}' must be a number.");
}
