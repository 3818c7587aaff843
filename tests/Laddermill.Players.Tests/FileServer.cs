using Laddermill.Transcoding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Laddermill.Tests.Players;

/// <summary>
/// One folder over HTTP on loopback, as a store would serve it: ranges, the content types and cache rules that Laddermill sets, and leave for pages from
/// elsewhere to read it (CORS). All answers together share one rate.
/// </summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private FileServer(WebApplication application, Bandwidth bandwidth) =>
        (this.application, Bandwidth) = (application, bandwidth);

    public Bandwidth Bandwidth { get; }

    /// <summary>Ends without a slash.</summary>
    public string Address =>
        application
            .Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();

    public static async Task<FileServer> StartAsync(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddCors(cors =>
            cors.AddDefaultPolicy(policy =>
                policy.AllowAnyOrigin().WithMethods("GET", "HEAD").WithHeaders("Range")
            )
        );
        var application = builder.Build();
        var bandwidth = new Bandwidth(TimeProvider.System);
        application.UseCors();
        application.Use(
            (context, next) =>
            {
                context.Response.Body = new LimitedStream(context.Response.Body, bandwidth);
                return next(context);
            }
        );
        application.UseStaticFiles(
            new StaticFileOptions
            {
                FileProvider = new PhysicalFileProvider(folder),
                ContentTypeProvider = Types(),
                OnPrepareResponse = file => SetMetadata(file.Context),
            }
        );
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new FileServer(application, bandwidth);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static FileExtensionContentTypeProvider Types() =>
        new()
        {
            Mappings =
            {
                [".mjs"] = "text/javascript",
                [".m3u8"] = OutputFolder.Playlist.ContentType,
                [".mpd"] = OutputFolder.Manifest.ContentType,
                [".m4s"] = OutputFolder.Media.ContentType,
                [".mp4"] = OutputFolder.Media.ContentType,
                [".ts"] = OutputFolder.TransportMedia.ContentType,
                [".vtt"] = OutputFolder.Text.ContentType,
            },
        };

    private static void SetMetadata(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var isMedia = Path.GetExtension(path) is ".m4s" or ".mp4" or ".ts" or ".vtt";
        if (isMedia && path.Contains("/audio-", StringComparison.Ordinal))
        {
            context.Response.ContentType = OutputFolder.AudioMedia.ContentType;
        }
        context.Response.Headers.CacheControl = isMedia
            ? OutputFolder.Media.CacheControl
            : OutputFolder.Playlist.CacheControl;
    }
}
