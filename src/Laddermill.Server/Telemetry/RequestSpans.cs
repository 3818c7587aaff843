using System.Diagnostics;

namespace Laddermill.Server.Telemetry;

/// <summary>
/// Gives the span of a request the route's name. Its path is left out: those of events hold a secret. The platform's own tags, which hold the path, are
/// turned off in the project file.
/// </summary>
internal static class RequestSpans
{
    public const string SourceName = "Microsoft.AspNetCore";

    /// <summary>Put behind routing, which knows the route.</summary>
    public static async Task NameAsync(HttpContext http, RequestDelegate next)
    {
        var span =
            Activity.Current is { IsAllDataRequested: true } current
            && current.Source.Name == SourceName
                ? current
                : null;
        try
        {
            await next(http);
        }
        finally
        {
            if (span is not null)
            {
                var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
                span.DisplayName = route is null
                    ? http.Request.Method
                    : $"{http.Request.Method} {route}";
                span.SetTag("http.request.method", http.Request.Method);
                span.SetTag("http.route", route);
                span.SetTag("http.response.status_code", http.Response.StatusCode);
                if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError)
                {
                    span.SetStatus(ActivityStatusCode.Error);
                }
            }
        }
    }
}
