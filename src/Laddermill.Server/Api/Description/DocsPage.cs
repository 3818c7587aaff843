using Laddermill.Server.Security;
using Microsoft.Net.Http.Headers;
using Scalar.AspNetCore;

namespace Laddermill.Server.Api.Description;

/// <summary><c>/docs</c>: the OpenAPI document as a page. All of it comes from this server, and the browser is told to ask nobody else.</summary>
internal static class DocsPage
{
    private const string Path = "/docs";

    public static void Map(WebApplication app) =>
        app.MapScalarApiReference(
                Path,
                (page, context) =>
                {
                    page.Title = "Laddermill";
                    page.OpenApiRoutePattern = "/openapi/v1.json";
                    page.DefaultFonts = false;
                    page.Telemetry = false;
                    page.HideClientButton = true;
                    page.Nonce = Convert.ToHexStringLower(
                        System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)
                    );
                    page.DisableAgent().DisableMcp();
                    context.Response.Headers[HeaderNames.ContentSecurityPolicy] =
                        $"default-src 'none'; script-src 'self' 'nonce-{page.Nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
                }
            )
            .OpenWithinLimits();
}
