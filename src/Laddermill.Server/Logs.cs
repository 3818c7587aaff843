using Laddermill.Server.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace Laddermill.Server;

/// <summary>What is written about what happens: one line each, on the error stream.</summary>
internal static class Logs
{
    public static void Configure(ILoggingBuilder logging, TelemetryOptions options)
    {
        logging.ClearProviders();
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
        if (options.JsonLogs)
        {
            logging.AddJsonConsole(json =>
                (json.IncludeScopes, json.UseUtcTimestamp, json.TimestampFormat) = (
                    true,
                    true,
                    "yyyy-MM-ddTHH:mm:ss.fffZ"
                )
            );
        }
        else
        {
            logging
                .AddConsole(console => console.FormatterName = LineFormatter.FormatterName)
                .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        }
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // What fails there is thrown too, and told by whoever asked.
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
        // It would tell of every stranger.
        logging.AddFilter("Laddermill.Server.Security.KeyAuthentication", LogLevel.Warning);
        // What goes wrong at an issuer is told in a sentence of ours (Console/SignIn/IssuerReturn.cs).
        logging.AddFilter("Microsoft.AspNetCore.Authentication.OpenIdConnect", LogLevel.None);
        // That keys of sessions lie unsealed in a folder for us alone is meant (Console/SignIn).
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // Else each line that a request leads to has the request's path beside it, and paths of events hold a secret.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.Configure(options =>
            options.ActivityTrackingOptions =
                ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId
        );
    }
}
