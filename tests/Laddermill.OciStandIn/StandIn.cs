using Laddermill.OciStandIn.ContainerInstances;
using Laddermill.OciStandIn.Containers;
using Laddermill.OciStandIn.Events;
using Laddermill.OciStandIn.Functions;
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
    private readonly ContainerInstanceService instances;
    private readonly RuleApi rules;
    private readonly RequestVerifier verifier;
    private readonly List<CloudFunction> functions = [];

    private StandIn(int port, TimeProvider time)
    {
        folder = Directory.CreateTempSubdirectory("oci-stand-in-");
        Events = new EventService(time);
        storage = new ObjectStorageService(Namespace, folder.FullName, Events, time);
        Principals = new Principals(time);
        instances = new ContainerInstanceService(Principals, Capacity, folder.FullName, time);
        rules = new RuleApi(Events, id => functions.Find(function => function.Id == id), time);
        verifier = new RequestVerifier(Principals, time);
        Time = time;
        app = Build(port);
    }

    public Principals Principals { get; }

    public Faults Faults { get; } = new();

    public Policy Policy { get; } = new();

    public Capacity Capacity { get; } = new();

    public EventService Events { get; }

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

    public void CreateBucket(string name, bool hasEvents = false) =>
        storage.CreateBucket(name, hasEvents: hasEvents);

    /// <summary>Moves an object to the archive, as a life-cycle rule would.</summary>
    public void Archive(string bucket, string name) => storage.Archive(bucket, name);

    /// <summary>Writes what is in a bucket into a folder, by the names of the objects.</summary>
    public Task SaveAsync(string bucket, string folder) => storage.SaveAsync(bucket, folder);

    /// <summary>Says what runs for an image that container instances ask for, and what is in the environment of every container.</summary>
    public void SetImage(
        string name,
        Image image,
        params (string Name, string Value)[] surroundings
    )
    {
        instances.Images[name] = image;
        instances.Surroundings = surroundings;
    }

    /// <summary>The container instances that there were, in order of their making.</summary>
    public IReadOnlyList<InstanceView> Instances =>
        [
            .. instances
                .Instances.Values.OrderBy(i => i.TimeCreated)
                .Select(i => new InstanceView(i)),
        ];

    /// <param name="concurrency">How many containers it may have.</param>
    public CloudFunction CreateFunction(
        Image image,
        IReadOnlyList<(string Name, string Value)> configuration,
        int concurrency = 4
    )
    {
        var made = new CloudFunction(image, configuration, concurrency, Principals, Time);
        functions.Add(made);
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var function in functions)
            await function.DisposeAsync();
        instances.Dispose();
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
            var who = await verifier.VerifyAsync(call, ObjectStorageService.IsUpload(call));
            Policy.Check(who, call);
            await (
                ContainerInstanceService.IsMine(call) ? instances.RunAsync(call)
                : RuleApi.IsMine(call) ? rules.RunAsync(call)
                : storage.RunAsync(call)
            );
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
