using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Laddermill.Tests.TestServers;

/// <summary>
/// As much of S3 as reading one object takes: HEAD, GET with a range, and a list in which nothing lies beside it. Its bytes are a file's, which may have holes as large as no test machine's disk.
/// </summary>
internal sealed class RangedFile : IAsyncDisposable
{
    private readonly WebApplication application;
    private long sent;

    private RangedFile(WebApplication application) => this.application = application;

    public Uri Address =>
        new(
            application
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
        );

    /// <summary>Bytes of all bodies.</summary>
    public long Sent => sent;

    public static async Task<RangedFile> StartAsync(string path, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new RangedFile(builder.Build());
        server.application.Run(context => server.AnswerAsync(context, path));
        await server.application.StartAsync(cancellation);
        return server;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, string path)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Query.ContainsKey("list-type"))
        {
            response.ContentType = "application/xml";
            await response.WriteAsync(
                """
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>
                """,
                context.RequestAborted
            );
            return;
        }
        await using var file = File.OpenRead(path);
        response.Headers.ETag = "\"0123456789abcdef0123456789abcdef\"";
        response.Headers.LastModified = "Fri, 02 Jan 2026 03:04:05 GMT";
        var (first, last) = (0L, file.Length - 1);
        if (
            RangeHeaderValue.TryParse(request.Headers.Range, out var range)
            && range.Ranges.Single() is { From: { } from } asked
        )
        {
            (first, last) = (from, Math.Min(asked.To ?? last, last));
            response.StatusCode = (int)HttpStatusCode.PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture,
                $"bytes {first}-{last}/{file.Length}"
            );
        }
        response.ContentLength = last - first + 1;
        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }
        Interlocked.Add(ref sent, last - first + 1);
        await response.SendFileAsync(path, first, last - first + 1, context.RequestAborted);
    }
}
