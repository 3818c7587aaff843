using System.Globalization;
using Laddermill.Server.Api;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Security;
using Microsoft.Net.Http.Headers;

namespace Laddermill.Server.Console.Job;

/// <summary><c>/console/media/PIPELINE/…</c>: what was published in buckets, for the console's player. Nothing but the destination of a pipeline is read, whatever is asked.</summary>
internal static class MediaRoute
{
    public const string Root = ConsolePaths.Media;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapMethods(
                Root + "/{pipeline}/{**path}",
                [HttpMethods.Get, HttpMethods.Head],
                ReadAsync
            )
            .RequireScope(Scope.Read)
            .ExcludeFromDescription();

    private static async Task ReadAsync(
        string pipeline,
        string? path,
        PipelineSet pipelines,
        HttpContext http
    )
    {
        var response = http.Response;
        if (
            pipelines.Find(pipeline) is not { } found
            || path is not { Length: > 0 }
            || IsElsewhere(path)
            || !StreamsApi.Types.TryGetContentType(path, out var type)
        )
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var store = pipelines.Open(found.Destination);
        var key = found.Destination.Key + path;
        if (await store.HeadAsync(key, http.RequestAborted) is not { } file)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        response.ContentType = type;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = $"\"{file.ETag}\"";
        response.Headers.CacheControl = StreamsApi.CacheControl("/" + path, isPublic: false);
        if (http.Request.Headers.IfNoneMatch == response.Headers.ETag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        if (RangeOf(http.Request, file.Size) is not (var offset, var length))
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange =
                $"bytes */{file.Size.ToString(CultureInfo.InvariantCulture)}";
            return;
        }
        if (http.Request.Headers.Range.Count > 0)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = new ContentRangeHeaderValue(
                offset,
                offset + length - 1,
                file.Size
            ).ToString();
        }
        response.ContentLength = length;
        if (HttpMethods.IsHead(http.Request.Method) || length == 0)
        {
            return;
        }
        await using var body = await store.ReadAsync(
            key,
            offset,
            length,
            file.ETag,
            http.RequestAborted
        );
        if (body is not null)
        {
            await body.CopyToAsync(response.Body, http.RequestAborted);
        }
    }

    /// <summary>Notes of our own, and whatever would lead out of the destination.</summary>
    private static bool IsElsewhere(string path) =>
        path.Split('/').Any(part => part.Length == 0 || part[0] == '.')
        || path.Contains('\0', StringComparison.Ordinal);

    /// <summary>One range as players ask for it (RFC 9110 §14.1.2); the whole where none is asked for; null when it lies outside.</summary>
    private static (long Offset, long Length)? RangeOf(HttpRequest request, long size)
    {
        if (request.GetTypedHeaders().Range is not { Unit.Value: "bytes", Ranges.Count: 1 } asked)
        {
            return (0, size);
        }
        var range = asked.Ranges.First();
        var from = range.From ?? Math.Max(0, size - (range.To ?? 0));
        var to = range.From is null ? size - 1 : Math.Min(range.To ?? size - 1, size - 1);
        return from < size && from <= to ? (from, to - from + 1) : null;
    }
}
