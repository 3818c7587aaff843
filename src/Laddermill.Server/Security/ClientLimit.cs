using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Laddermill.Server.Api;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Net.Http.Headers;

namespace Laddermill.Server.Security;

/// <summary>So many requests each second for each client, and twice as many at once after a rest.</summary>
internal static class ClientLimit
{
    public static void Configure(RateLimiterOptions limiter, int perSecond)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = RefuseAsync;
        if (perSecond == 0)
        {
            return;
        }
        var budget = new TokenBucketRateLimiterOptions
        {
            TokenLimit = 2 * perSecond,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        };
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            RateLimitPartition.GetTokenBucketLimiter(ClientOf(context), _ => budget)
        );
    }

    /// <summary>Known callers by their key, others by their address; of IPv6, the network that one household has.</summary>
    internal static string ClientOf(HttpContext context) =>
        Scopes.ClientOf(context.User) ?? AddressOf(context.Connection.RemoteIpAddress);

    internal static string AddressOf(IPAddress? address) =>
        address switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(
                address.GetAddressBytes().AsSpan(0, 8)
            ),
            _ => address.ToString(),
        };

    private static async ValueTask RefuseAsync(
        OnRejectedContext context,
        CancellationToken cancellation
    )
    {
        var pause = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var told)
            ? Math.Max(1, Math.Ceiling(told.TotalSeconds))
            : 1;
        context.HttpContext.Response.Headers[HeaderNames.RetryAfter] = pause.ToString(
            CultureInfo.InvariantCulture
        );
        await Problems
            .OfStatus(StatusCodes.Status429TooManyRequests)
            .ExecuteAsync(context.HttpContext);
    }
}
