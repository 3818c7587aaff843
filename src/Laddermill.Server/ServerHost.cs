using System.Text.Json;
using System.Text.Json.Serialization;
using Laddermill.Engines;
using Laddermill.Engines.ChildProcesses;
using Laddermill.Engines.Docker;
using Laddermill.Engines.OciContainerInstances;
using Laddermill.Server.Api;
using Laddermill.Server.Configuration;
using Laddermill.Server.Console;
using Laddermill.Server.Events;
using Laddermill.Server.Intake;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Running;
using Laddermill.Server.Security;
using Laddermill.Server.Telemetry;
using Laddermill.Server.Uploads;
using Laddermill.Server.Webhooks;
using Laddermill.Storage.Oci;
using Laddermill.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server;

/// <summary>Puts the server together.</summary>
public static class ServerHost
{
    /// <summary>The program <c>laddermill</c>, told by whoever started us.</summary>
    public const string ProgramVariable = "LADDERMILL_PROGRAM";

    /// <param name="change">Replaces services, for tests.</param>
    public static WebApplication Build(ServerSetup setup, Action<IServiceCollection>? change = null)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                ApplicationName = typeof(ServerHost).Assembly.GetName().Name,
                ContentRootPath = setup.Folder,
                WebRootPath = ConsoleSetup.WebRoot,
                Args = [],
            }
        );
        // Where the program was built but not published, a list says where the files of packages lie.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls(setup.Listen.ToString());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = setup.Options.Access.MaxBodyBytes;
        });
        // Workers are given a quarter of a minute to end.
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(30)
        );
        Logs.Configure(builder.Logging, setup.Options.Telemetry);
        AddServices(builder.Services, setup);
        change?.Invoke(builder.Services);
        var app = builder.Build();
        Map(app, setup);
        return app;
    }

    /// <summary>Brings the ledger up to date; comes before the first request.</summary>
    public static async Task PrepareAsync(WebApplication app, CancellationToken cancellation)
    {
        await LedgerSetup.MigrateAsync(
            app.Services.GetRequiredService<IDbContextFactory<LedgerContext>>(),
            cancellation
        );
        await app.Services.GetRequiredService<Rebuild>().RunAsync(cancellation);
    }

    private static void AddServices(IServiceCollection services, ServerSetup setup)
    {
        services.AddSingleton(setup);
        services.AddSingleton(TimeProvider.System);
        services.AddLedger(setup.IsPostgres, setup.LedgerConnection);
        services.AddSingleton<Announcements>();
        services.AddSingleton<JobQueue>();
        services.AddSingleton<JobEnds>();
        services.AddSingleton(new SavedProfiles(setup.ProfilesFolder));
        services.AddSingleton(provider => new PipelineSet(
            setup.Pipelines,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<StoreMeter>().Open
        ));
        services.AddSingleton<Signals>();
        services.AddSingleton<Admission>();
        services.AddSingletonService<IntakeLoop>();
        services.AddSingleton<Reconciliation>();
        services.AddSingleton<Rebuild>();
        services.AddHostedService<SourceLoop>();
        services.AddSingleton(provider =>
            EngineOf(
                setup,
                provider.GetRequiredService<RunningSettings>(),
                provider.GetRequiredService<TimeProvider>()
            )
        );
        services.AddSingleton(SettingsOf(setup));
        services.AddSingleton<RunningJobs>();
        services.AddSingleton<JobEndings>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<JobSteering>();
        services.AddHostedService<Heartbeat>();
        services.AddHostedService<DispatchLoop>();
        services.AddSingleton(new ProviderCalls(ProviderCalls.CreateClient()));
        services.AddSingleton<EventDoor>();
        services.AddSingleton<IJobEnding, WebhookEnding>();
        services.AddSingleton<Deliveries>();
        services.AddSingleton<WebhookSender>();
        services.AddHostedService<WebhookLoop>();
        services.AddSingleton<JobQueries>();
        services.AddSingleton<IdempotencyKeys>();
        services.AddSingleton<Links>();
        services.AddApi(setup);
        services.AddUploads(setup);
        services.AddAccess(setup);
        services.AddTelemetry(setup);
        services.AddConsole(setup);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
    }

    /// <summary>A background service that others talk to as well.</summary>
    private static void AddSingletonService<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }

    private static void Map(WebApplication app, ServerSetup setup)
    {
        ErrorAnswers.Use(app);
        ConsoleHeaders.Use(app);
        OpenPages.LetGo(app);
        app.UseRouting();
        app.UseTelemetry();
        app.UseAccess(setup);
        app.MapApi(setup);
        EventsApi.Map(app);
        UploadsApi.Map(app);
        app.MapTelemetry();
        WebhooksApi.Map(app);
        app.MapConsole();
    }

    private static RunningSettings SettingsOf(ServerSetup setup)
    {
        var (cores, memory) = (
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        );
        var slots =
            setup.Options.Engine.Slots > 0
                ? setup.Options.Engine.Slots
                : Slots.ForMachine(cores, memory);
        var share = RunShare.Of(setup.Engine, slots, cores, memory);
        return new RunningSettings(
            $"{setup.Name}/{Guid.NewGuid():n}",
            $"{setup.Name}/",
            slots,
            setup.Options.Ledger.Lease,
            share
        )
        {
            Prices = setup.Options.Prices.For(share.Processors, share.Memory),
        };
    }

    private static IEngine EngineOf(
        ServerSetup setup,
        RunningSettings settings,
        TimeProvider time
    ) =>
        setup.Engine switch
        {
            EngineChoice.Docker(var docker) => new DockerEngine(docker, time),
            EngineChoice.Oci(var instances) => new OciContainerInstanceEngine(
                instances,
                OciOptions.FromEnvironment(time),
                time
            ),
            EngineChoice.Process(var program, var limits) => new ProcessEngine(
                new ProcessEngineOptions(
                    [
                        program
                            ?? Environment.GetEnvironmentVariable(ProgramVariable)
                            ?? Path.Combine(AppContext.BaseDirectory, "..", "Laddermill.Cli"),
                    ],
                    settings.Slots
                )
                {
                    Limits = limits,
                }
            ),
            _ => throw new InvalidOperationException($"{setup.Engine} is no engine."),
        };
}
