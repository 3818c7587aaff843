using System.Net;

namespace Laddermill.Server.Security;

/// <summary>
/// Guards a server that asks for no keys against pages in a browser on the same machine: against names that were made to point to it (DNS rebinding), and
/// against requests that a page of another origin sends (CSRF).
/// </summary>
internal static class BrowserGuard
{
    /// <summary>Why a request is refused, in a sentence; null when it is not.</summary>
    /// <param name="origin">The header; null when there is none.</param>
    /// <param name="site">The header Sec-Fetch-Site.</param>
    public static string? Objection(
        string method,
        string scheme,
        HostString host,
        string? origin,
        string? site
    )
    {
        if (!IsLoopback(host.Host))
        {
            return "This server listens on this machine alone and is not known by that name; call it localhost, or set access.required in its configuration.";
        }
        if (
            HttpMethods.IsGet(method)
            || HttpMethods.IsHead(method)
            || HttpMethods.IsOptions(method)
        )
        {
            return null;
        }
        return (origin is null || IsSame(origin, scheme, host)) && site is not "cross-site"
            ? null
            : "A page of another origin may not change anything here.";
    }

    /// <summary>Browsers let pages of any origin open a WebSocket, and send cookies along; so the origin is looked at here, whatever the server asks for.</summary>
    public static string? ObjectionToConnection(HttpRequest request) =>
        request.Headers.Upgrade.Count > 0
        && request.Headers.Origin.ToString() is { Length: > 0 } origin
        && !IsSameHost(origin, request.Host)
            ? "A page of another origin may not connect here."
            : null;

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (
            IPAddress.TryParse(host.Trim('[', ']'), out var address)
            && IPAddress.IsLoopback(address)
        );

    /// <summary>Whether an origin is the one that was asked. Its scheme may be another: a proxy in front of us may speak TLS.</summary>
    internal static bool IsSameHost(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && page.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool IsSame(string origin, string scheme, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && page.Scheme == scheme
        && page.Authority.Equals(
            new UriBuilder(scheme, host.Host, host.Port ?? -1).Uri.Authority,
            StringComparison.OrdinalIgnoreCase
        );
}
