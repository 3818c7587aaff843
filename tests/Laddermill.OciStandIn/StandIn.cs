using Laddermill.OciStandIn.Identity;
using Laddermill.OciStandIn.ObjectStorage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.OciStandIn;

/// <summary>
/// A stand-in for Oracle Cloud on one loopback port: what Laddermill asks of it, with signatures that are verified and faults that can be ordered.
/// Everything is gone when it stops.
/// </summary>
public sealed class StandIn : IAsyncDisposable
{
    public const string Namespace = "standin";

    private readonly WebApplication app;
    private readonly DirectoryInfo folder;
    private readonly ObjectStorageService storage;
    private readonly RequestVerifier verifier;

    private StandIn(int port, TimeProvider time)
    {
        folder = Directory.CreateTempSubdirectory("oci-stand-in-");
        storage = new ObjectStorageService(Namespace, folder.FullName, time);
        Principals = new Principals(time);
        verifier = new RequestVerifier(Principals, time);
        Time = time;
        app = Build(port);
    }

    public Principals Principals { get; }

    public Faults Faults { get; } = new();

    /// <summary>Where it listens, <c>http://127.0.0.1:port</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Method and raw target of each request, in order of arrival, while somebody listens.</summary>
    public event Action<string>? Requested;

    private TimeProvider Time { get; }

    /// <param name="port">0 for any that is free.</param>
    public static async Task<StandIn> StartAsync(
        int port = 0,
        TimeProvider? time = null,
        CancellationToken cancellation = default
    )
    {
        var standIn = new StandIn(port, time ?? TimeProvider.System);
        try
        {
            await standIn.app.StartAsync(cancellation);
        }
        catch
        {
            await standIn.DisposeAsync();
            throw;
        }
        var addresses = standIn
            .app.Services.GetRequiredService<IServer>()
            .Features.GetRequiredFeature<IServerAddressesFeature>();
        standIn.Address = new Uri(addresses.Addresses.Single());
        return standIn;
    }

    public void CreateBucket(string name) => storage.CreateBucket(name);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(
                System.Net.IPAddress.Loopback,
                port,
                o => o.Protocols = HttpProtocols.Http1
            );
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestLineSize = 32 << 10;
        });
        var built = builder.Build();
        built.Run(AnswerAsync);
        return built;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = $"{context.Request.Method} {new Call(context, Fault.None).RawTarget}";
        Requested?.Invoke(request);
        var call = new Call(context, Faults.Draw(request));
        context.Response.Headers["opc-request-id"] = Guid.NewGuid()
            .ToString("n")
            .ToUpperInvariant();
        if (call.Header("opc-client-request-id") is { } id)
            context.Response.Headers["opc-client-request-id"] = id;
        try
        {
            if (await StrikeAsync(call))
                return;
            await verifier.VerifyAsync(call, ObjectStorageService.IsUpload(call));
            await storage.RunAsync(call);
        }
        catch (Refusal refusal)
        {
            await RefuseAsync(call, refusal);
        }
        // The client went away.
        catch (Exception e) when (e is OperationCanceledException or IOException) { }
    }

    /// <summary>Whether the request ends here.</summary>
    private async Task<bool> StrikeAsync(Call call)
    {
        switch (call.Fault)
        {
            case Fault.Error500:
                throw new Refusal(500, "InternalServerError", "An internal error was ordered.");
            case Fault.Error503:
                throw new Refusal(
                    503,
                    "ServiceUnavailable",
                    "The service is unavailable, as ordered."
                );
            case Fault.Error429:
                call.Context.Response.Headers.RetryAfter = $"{Faults.RetryAfter}";
                throw new Refusal(429, "TooManyRequests", "Too many requests, as ordered.");
            case Fault.BucketNotFound when ObjectStorageService.IsInBucket(call):
                throw ObjectStorageService.BucketNotFound(call.Target.Segments[3]);
            case Fault.Slow:
                await Task.Delay(Faults.Slowness, Time, call.Aborted);
                return false;
            // Half of the body is read; where there is none, the answer breaks off, or all of it is missing.
            case Fault.Reset
                when call.Context.Request.ContentLength > 0 || call.Method is "HEAD" or "DELETE":
                var half = new byte[
                    (int)Math.Min(1 << 20, call.Context.Request.ContentLength / 2 ?? 0)
                ];
                await call.Context.Request.Body.ReadAtLeastAsync(
                    half,
                    half.Length,
                    false,
                    call.Aborted
                );
                call.Context.Abort();
                return true;
            default:
                return false;
        }
    }

    private static Task RefuseAsync(Call call, Refusal refusal) =>
        call.AnswerJsonAsync(
            new ErrorAnswer(refusal.Code, refusal.Message),
            Wire.Default.ErrorAnswer,
            refusal.Status
        );
}
