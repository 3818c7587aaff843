namespace Laddermill.Server.Console;

/// <summary>Which addresses are the console's. Whoever signed in there is known at these alone: the API asks for a key in each request, so that no page of others can use a viewer's cookie.</summary>
internal static class ConsolePaths
{
    /// <summary>Pages, their live connection, what their player reads, and uploads, which need a header that no page of others may send.</summary>
    private static readonly PathString[] Roots = ["/console", "/_blazor", "/streams", "/uploads"];

    public static bool Holds(PathString path) =>
        path == "/" || Roots.Any(root => path.StartsWithSegments(root));

    /// <summary>What was published in buckets, for the player.</summary>
    public const string Media = "/console/media";

    /// <summary>Pages are answered with a page, also when the answer is no.</summary>
    public static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Path == "/" || request.Path.StartsWithSegments("/console"))
        && !request.Path.StartsWithSegments(Media);
}
