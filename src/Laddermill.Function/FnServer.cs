using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Laddermill.Function;

/// <summary>
/// Kestrel alone, without a host around it, on the platform's socket. It answers nothing but 200, 502 (the call failed; the container is kept) and 504
/// (out of time): for any other status the platform throws the container away.
/// </summary>
internal sealed class FnServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    /// <summary>What the platform passes on at most.</summary>
    private const int MaxBody = 6 << 20;

    /// <summary>Time to answer in before the platform's own patience ends.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Ten years. Not <see cref="Timeout.InfiniteTimeSpan"/>: Kestrel adds it to the present, and the sum is less than zero, so that its next look, once a
    /// second, ends whatever waits, with 408.
    /// </summary>
    private static readonly TimeSpan Never = TimeSpan.FromDays(3650);

    private readonly FnSocket socket;
    private readonly IFunction function;
    private readonly LogFrames log;
    private readonly TimeProvider time;
    private readonly KestrelServer server;

    private FnServer(FnSocket socket, IFunction function, LogFrames log, TimeProvider time)
    {
        (this.socket, this.function, this.log, this.time) = (socket, function, log, time);
        var options = new KestrelServerOptions { AddServerHeader = false };
        var limits = options.Limits;
        // The platform pauses the container between calls: no timeout of ours may run out.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.KeepAliveTimeout = Never;
        limits.RequestHeadersTimeout = Never;
        limits.MaxRequestBodySize = MaxBody;
        options.ListenUnixSocket(socket.Listening, on => on.Protocols = HttpProtocols.Http1);
        server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(
                Options.Create(new SocketTransportOptions()),
                NullLoggerFactory.Instance
            ),
            NullLoggerFactory.Instance
        );
    }

    /// <summary>Listens, and then lets the platform know.</summary>
    public static async Task<FnServer> StartAsync(
        FnSocket socket,
        IFunction function,
        LogFrames log,
        TimeProvider time
    )
    {
        var started = new FnServer(socket, function, log, time);
        socket.Clear();
        await started.server.StartAsync(started, CancellationToken.None);
        socket.Announce();
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(CancellationToken.None);
        server.Dispose();
        socket.Clear();
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) =>
        new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        log.Begin(context.Request.Headers);
        var deadline = Deadline(context.Request.Headers);
        using var patience = Patience(deadline);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            patience.Token
        );
        try
        {
            if (context.Request is not { Method: "POST", Path.Value: "/call" })
            {
                throw new InvalidOperationException(
                    $"{context.Request.Method} {context.Request.Path} is not the call of a function."
                );
            }
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, either.Token);
            var answer = await function.CallAsync(
                body.GetBuffer().AsMemory(0, (int)body.Length),
                deadline,
                either.Token
            );
            log.Output.WriteLine(System.Text.Encoding.UTF8.GetString(answer));
            log.Output.Flush();
            await AnswerAsync(context, 200, answer);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            log.Error.WriteLine("laddermill function: the call ran out of time.");
            await AnswerAsync(context, 504, []);
        }
        // The caller is gone: there is nobody to answer.
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }
        // The edge of the program: the platform throws the body of a 502 away, so the log tells.
        catch (Exception failure)
        {
            log.Error.WriteLine($"laddermill function: unexpected error: {failure}");
            await AnswerAsync(context, 502, []);
        }
    }

    private static async Task AnswerAsync(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers["Fn-Fdk-Version"] = "laddermill/0.1";
        await response.Body.WriteAsync(body);
    }

    private CancellationTokenSource Patience(DateTimeOffset? deadline)
    {
        if (deadline is null)
        {
            return new CancellationTokenSource();
        }
        var left = deadline.Value - Reserve - time.GetUtcNow();
        return new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
    }

    private static DateTimeOffset? Deadline(IHeaderDictionary headers) =>
        DateTimeOffset.TryParse(
            headers["Fn-Deadline"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var deadline
        )
            ? deadline
            : null;
}
