namespace Laddermill.Server.Console;

/// <summary>
/// Lets the server end while pages are open. The framework closes their connections, pages connect again at once over what the browser still holds, and the server would wait for these until the
/// host's time is over (dotnet/aspnetcore#58947).
/// </summary>
internal static class OpenPages
{
    private static readonly PathString Connections = "/_blazor";

    /// <summary>Comes before routing.</summary>
    public static void LetGo(WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use(
            (http, next) =>
                http.Request.Path.StartsWithSegments(Connections)
                    ? ConnectAsync(http, next, stopping)
                    : next(http)
        );
    }

    private static async Task ConnectAsync(
        HttpContext http,
        RequestDelegate next,
        CancellationToken stopping
    )
    {
        if (stopping.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.Connection = "close";
            return;
        }
        await using var end = stopping.Register(http.Abort);
        await next(http);
    }
}
