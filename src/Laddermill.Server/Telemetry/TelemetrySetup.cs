using System.Diagnostics;
using System.Reflection;
using Laddermill.Server.Configuration;
using Laddermill.Server.Security;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Laddermill.Server.Telemetry;

/// <summary>Puts together how the server can be watched.</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this IServiceCollection services, ServerSetup setup)
    {
        services.AddSingleton<Instruments>();
        services.AddSingleton<StoreMeter>();
        services.AddSingleton<LedgerCounts>();
        services.AddSingleton<Gauges>();
        services.AddSingleton<Readiness>();
        var telemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource.AddService(
                    "laddermill-server",
                    serviceVersion: Version(),
                    serviceInstanceId: setup.Name
                )
            )
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(
                        Instruments.MeterName,
                        "Microsoft.AspNetCore.Hosting",
                        "Microsoft.AspNetCore.Server.Kestrel",
                        "System.Runtime"
                    )
                    .AddPrometheusExporter(prometheus =>
                    {
                        // Stated, as the names are what alerts and dashboards are made of.
                        prometheus.TranslationStrategy =
                            PrometheusAspNetCoreTranslationStrategy.UnderscoreEscapingWithSuffixes;
                        prometheus.ScopeInfoEnabled = false;
                    })
            );
        if (setup.Options.Telemetry.Otlp.Length == 0)
        {
            services.AddSingleton(_ => PassOn());
            return;
        }
        telemetry.WithMetrics(metrics =>
            metrics.AddOtlpExporter(otlp => Address(otlp, setup.Options.Telemetry, "metrics"))
        );
        telemetry.WithTracing(traces =>
            traces
                .AddSource(Traces.SourceName, RequestSpans.SourceName)
                .AddOtlpExporter(otlp => Address(otlp, setup.Options.Telemetry, "traces"))
        );
    }

    /// <summary>Comes after routing, which knows the names of routes.</summary>
    public static void UseTelemetry(this WebApplication app)
    {
        // Gauges and the listener are nobody's but whoever looks.
        app.Services.GetRequiredService<Gauges>();
        app.Services.GetService<ActivityListener>();
        app.Use(next => http => RequestSpans.NameAsync(http, next));
    }

    public static void MapTelemetry(this WebApplication app)
    {
        HealthApi.Map(app);
        app.MapPrometheusScrapingEndpoint("/metrics")
            .RequireScope(Scope.Read)
            .WithMetadata(new ExcludeFromDescriptionAttribute());
    }

    /// <summary>Without a collector: a trace that somebody else began goes on to the worker all the same.</summary>
    private static ActivityListener PassOn()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RequestSpans.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static void Address(OtlpExporterOptions otlp, TelemetryOptions options, string signal)
    {
        var address = new Uri(options.Otlp);
        if (options.OtlpProtocol == TelemetryOptions.OverHttp)
        {
            otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
            // An address that is given in code is taken as it is.
            address = new Uri($"{options.Otlp.TrimEnd('/')}/v1/{signal}");
        }
        else
        {
            otlp.Protocol = OtlpExportProtocol.Grpc;
        }
        otlp.Endpoint = address;
    }

    private static string Version() =>
        typeof(TelemetrySetup)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "unknown";
}
