using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Laddermill.Tests.TestServers;

/// <summary>How a request to a store goes wrong.</summary>
internal enum ProxyFault
{
    /// <summary>500 InternalError.</summary>
    Error500,

    /// <summary>503 SlowDown.</summary>
    Error503,

    /// <summary>429 TooManyRequests.</summary>
    Error429,

    /// <summary>The connection breaks in the middle of what the client sends, and the server hears nothing of it.</summary>
    ResetRequest,

    /// <summary>The connection breaks in the middle of the answer's body.</summary>
    ResetAnswer,

    /// <summary>The server does its work, and the connection breaks before it can say so.</summary>
    LostAnswer,

    /// <summary>The answer comes half a second late.</summary>
    Slow,
}

/// <summary>Stands before a real S3 server and lets each request fail in one of these ways with the same probability.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private const double SlowSeconds = 0.5;
    private static readonly ProxyFault[] Faults = Enum.GetValues<ProxyFault>();

    private readonly WebApplication application;
    private readonly HttpMessageInvoker upstream = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        }
    );
    private readonly Uri server;
    private readonly double rate;
    private readonly Random chance = new(2026);

    private FaultyProxy(WebApplication application, Uri server, double rate) =>
        (this.application, this.server, this.rate) = (application, server, rate);

    public Uri Address =>
        new(
            application
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
        );

    public ConcurrentDictionary<ProxyFault, int> Struck { get; } = [];

    /// <param name="rate">0 to 1: of all requests.</param>
    public static async Task<FaultyProxy> StartAsync(
        Uri server,
        double rate,
        CancellationToken cancellation
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var proxy = new FaultyProxy(builder.Build(), server, rate);
        proxy.application.Run(proxy.AnswerAsync);
        await proxy.application.StartAsync(cancellation);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        upstream.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var fault = Draw();
        if (fault is { } struck)
        {
            Struck.AddOrUpdate(struck, 1, (_, count) => count + 1);
        }
        switch (fault)
        {
            case ProxyFault.Error500:
                await RefuseAsync(context, 500, "InternalError");
                return;
            case ProxyFault.Error503:
                await RefuseAsync(context, 503, "SlowDown");
                return;
            case ProxyFault.Error429:
                await RefuseAsync(context, 429, "TooManyRequests");
                return;
            case ProxyFault.ResetRequest:
                var half = new byte[(context.Request.ContentLength ?? 0) / 2];
                await context.Request.Body.ReadExactlyAsync(half, context.RequestAborted);
                context.Abort();
                return;
            case ProxyFault.Slow:
                await Task.Delay(
                    TimeSpan.FromSeconds(SlowSeconds),
                    TimeProvider.System,
                    context.RequestAborted
                );
                break;
        }
        using var answer = await upstream.SendAsync(Copy(context.Request), context.RequestAborted);
        if (fault is ProxyFault.LostAnswer)
        {
            context.Abort();
            return;
        }
        await PassOnAsync(answer, context, fault is ProxyFault.ResetAnswer);
    }

    private ProxyFault? Draw()
    {
        lock (chance)
        {
            return chance.NextDouble() < rate ? Faults[chance.Next(Faults.Length)] : null;
        }
    }

    private static async Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.WriteAsync(
                $"<Error><Code>{code}</Code><Message>injected</Message></Error>",
                context.RequestAborted
            );
        }
    }

    /// <summary>As it came, with its host and its path untouched: both are signed.</summary>
    private HttpRequestMessage Copy(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var copy = new HttpRequestMessage(
            new HttpMethod(request.Method),
            new Uri(
                server.GetLeftPart(UriPartial.Authority) + target,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
            )
        );
        if (request.ContentLength > 0)
        {
            copy.Content = new StreamContent(request.Body);
        }
        foreach (var (name, values) in request.Headers.Where(header => header.Key != "Expect"))
        {
            if (!copy.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                copy.Content ??= new ByteArrayContent([]);
                copy.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }
        return copy;
    }

    private static async Task PassOnAsync(
        HttpResponseMessage answer,
        HttpContext context,
        bool breaksOff
    )
    {
        var (response, cancellation) = (context.Response, context.RequestAborted);
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not ("Transfer-Encoding" or "Connection"))
            {
                response.Headers[name] = values.ToArray();
            }
        }
        if (HttpMethods.IsHead(context.Request.Method) || response.StatusCode is 204 or 304)
        {
            return;
        }
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        response.ContentLength = body.Length;
        var sent = breaksOff ? body.Length / 2 : body.Length;
        await response.Body.WriteAsync(body.AsMemory(0, sent), cancellation);
        if (breaksOff)
        {
            await response.Body.FlushAsync(cancellation);
            context.Abort();
        }
    }
}
