using System.Text.RegularExpressions;
using Laddermill.Server.Configuration;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Security;
using Laddermill.Storage;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Laddermill.Server.Api;

/// <summary><c>/streams/PIPELINE/…</c>: what was published in folders, with the types, ranges, caching and CORS that players need.</summary>
internal static partial class StreamsApi
{
    private const string Policy = "streams";

    /// <summary>Types of what is published, by the ending of its name; whatever ends otherwise is not shown.</summary>
    internal static FileExtensionContentTypeProvider Types { get; } =
        new(
            new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                [".m3u8"] = "application/vnd.apple.mpegurl",
                [".mpd"] = "application/dash+xml",
                [".m4s"] = "video/iso.segment",
                [".mp4"] = "video/mp4",
                [".ts"] = "video/mp2t",
                [".vtt"] = "text/vtt; charset=utf-8",
                [".png"] = "image/png",
                [".json"] = "application/json",
            }
        );

    /// <summary>What pages of other origins may do: read, with ranges, and see what came.</summary>
    public static void Add(IServiceCollection services, StreamsOptions streams) =>
        services.AddCors(cors =>
            cors.AddPolicy(
                Policy,
                policy =>
                    _ = (
                        streams.CorsOrigins.Contains("*")
                            ? policy.AllowAnyOrigin()
                            : policy.WithOrigins([.. streams.CorsOrigins])
                    )
                        .WithMethods(HttpMethods.Get, HttpMethods.Head)
                        .WithHeaders(
                            HeaderNames.Range,
                            HeaderNames.IfRange,
                            HeaderNames.IfNoneMatch,
                            HeaderNames.IfModifiedSince,
                            HeaderNames.CacheControl,
                            HeaderNames.Authorization
                        )
                        .WithExposedHeaders(
                            HeaderNames.AcceptRanges,
                            HeaderNames.ContentLength,
                            HeaderNames.ContentRange,
                            HeaderNames.Date,
                            HeaderNames.ETag
                        )
                        .SetPreflightMaxAge(TimeSpan.FromDays(1))
            )
        );

    public static void Map(WebApplication app, ServerSetup setup)
    {
        var isPublic = setup.Options.Streams.Public;
        foreach (
            var pipeline in setup.Pipelines.Where(each =>
                each.Destination.Scheme == StoreScheme.File
            )
        )
        {
            Directory.CreateDirectory(pipeline.Destination.Bucket);
            var route = app.MapMethods(
                    $"/streams/{pipeline.Name}/{{**path}}",
                    [HttpMethods.Get, HttpMethods.Head],
                    Files(app, pipeline, isPublic)
                )
                .RequireCors(Policy)
                .ExcludeFromDescription();
            _ = isPublic ? route.OpenToAll() : route.RequireScope(Scope.Read);
        }
    }

    private static RequestDelegate Files(
        IEndpointRouteBuilder app,
        Pipeline pipeline,
        bool isPublic
    )
    {
        var files = app.CreateApplicationBuilder();
        files.Use(
            (context, next) =>
            {
                // Files are served where no endpoint was chosen.
                context.SetEndpoint(null);
                if (!IsHidden(context.Request.Path))
                {
                    return next(context);
                }
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
        files.UseStaticFiles(
            new StaticFileOptions
            {
                FileProvider = new PhysicalFileProvider(pipeline.Destination.Bucket),
                RequestPath = $"/streams/{pipeline.Name}",
                ContentTypeProvider = Types,
                OnPrepareResponse = context =>
                    context.Context.Response.Headers.CacheControl = CacheControl(
                        context.Context.Request.Path,
                        isPublic
                    ),
            }
        );
        return files.Build();
    }

    /// <summary>Notes of our own lie in folders that begin with a dot.</summary>
    private static bool IsHidden(PathString path) =>
        path.Value!.Contains("/.", StringComparison.Ordinal);

    /// <summary>Media of a revision never changes; what points to it is asked for anew each time.</summary>
    internal static string CacheControl(string path, bool isPublic = true) =>
        !Immutable().IsMatch(path) ? "no-cache"
        : isPublic ? "public, max-age=31536000, immutable"
        : "private, max-age=31536000, immutable";

    [GeneratedRegex("""/[a-z2-7]{8}/[^/]+/[^/]+\.(mp4|m4s|ts|vtt)\z""")]
    private static partial Regex Immutable();
}
