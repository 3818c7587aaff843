namespace Laddermill.Server.Console;

/// <summary>What browsers may do with the console's pages.</summary>
internal static class ConsoleHeaders
{
    /// <summary>
    /// No script but our files, nothing from any other host, in nobody's frame. Styles within elements are allowed: MudBlazor and the charts place things by them.
    /// <c>blob:</c> is how players hand media to the browser.
    /// </summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
        + "font-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Comes before whatever may answer with a page.</summary>
    public static void Use(WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                if (ConsolePaths.IsPage(context.Request))
                {
                    context.Response.OnStarting(() =>
                    {
                        var headers = context.Response.Headers;
                        headers.ContentSecurityPolicy = Policy;
                        headers["Referrer-Policy"] = "same-origin";
                        headers["Cross-Origin-Opener-Policy"] = "same-origin";
                        return Task.CompletedTask;
                    });
                }
                return next(context);
            }
        );
}
