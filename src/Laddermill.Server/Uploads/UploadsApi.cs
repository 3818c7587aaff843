using System.Globalization;
using Laddermill.Server.Api;
using Laddermill.Server.Configuration;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Laddermill.Server.Uploads;

/// <summary>
/// <c>/uploads</c>: resumable uploads by the tus protocol, into the source of a pipeline. A page of another origin cannot use it with somebody's cookie: each
/// request that changes something needs a header that only our own pages may send.
/// </summary>
internal static class UploadsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var uploads = routes
            .MapGroup("/uploads")
            .ExcludeFromDescription()
            .AddEndpointFilter(CheckVersionAsync);
        uploads.MapMethods("/", [HttpMethods.Options], Options).RequireScope(Scope.Submit);
        uploads.MapPost("/", BeginAsync).RequireScope(Scope.Submit).WithMetadata(AnySize);
        uploads.MapGet("/{id}", ShowAsync).RequireScope(Scope.Submit);
        uploads.MapMethods("/{id}", [HttpMethods.Head], HeadAsync).RequireScope(Scope.Submit);
        uploads.MapPatch("/{id}", AppendAsync).RequireScope(Scope.Submit).WithMetadata(AnySize);
        uploads.MapDelete("/{id}", DropAsync).RequireScope(Scope.Submit);
    }

    /// <summary>A film is larger than what the API takes elsewhere; uploads have limits of their own.</summary>
    private static DisableRequestSizeLimitAttribute AnySize => new();

    private static NoContent Options(HttpContext http, UploadsOptions options)
    {
        var headers = http.Response.Headers;
        headers["Tus-Version"] = Tus.Version;
        headers["Tus-Extension"] = Tus.Extensions;
        headers["Tus-Max-Size"] = options.MaxBytes.ToString(CultureInfo.InvariantCulture);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> BeginAsync(
        HttpContext http,
        UploadDesk desk,
        UploadsOptions options,
        CancellationToken cancellation
    )
    {
        var headers = http.Request.Headers;
        if (Tus.Number(headers[Tus.Length]) is not { } size)
        {
            return Problems.Bad("Upload-Length must tell the bytes of the file.");
        }
        if (
            Tus.ReadMetadata(headers[Tus.Metadata]) is not { } metadata
            || !metadata.TryGetValue("filename", out var name)
        )
        {
            return Problems.Bad(
                "Upload-Metadata must hold the key 'filename'; each value is base64 of UTF-8."
            );
        }
        var (upload, refusal) = await desk.BeginAsync(
            new NewUpload(
                metadata.GetValueOrDefault("pipeline"),
                name,
                size,
                metadata.GetValueOrDefault("replace") == "true"
            ),
            cancellation
        );
        if (upload is null)
        {
            return refusal!;
        }
        http.Response.Headers[Tus.Expires] = ExpiryOf(upload, options);
        if (http.Request.ContentType == Tus.BodyType)
        {
            var (offset, trouble) = await GrowAsync(http, desk, upload.Id, 0, cancellation);
            if (trouble is not null)
            {
                return trouble;
            }
            SetOffset(http, offset);
        }
        return TypedResults.Created($"/uploads/{upload.Id}");
    }

    private static async Task<IResult> HeadAsync(
        string id,
        HttpContext http,
        UploadDesk desk,
        UploadsOptions options,
        CancellationToken cancellation
    )
    {
        var (upload, offset, problem) = await desk.SettleAsync(id, cancellation);
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        if (problem is not null)
        {
            return problem;
        }
        SetOffset(http, offset);
        headers[Tus.Length] = upload!.Size.ToString(CultureInfo.InvariantCulture);
        headers[Tus.Expires] = ExpiryOf(upload, options);
        headers[Tus.Metadata] = Tus.WriteMetadata(
            ("filename", upload.Name),
            ("pipeline", upload.Pipeline)
        );
        return TypedResults.Ok();
    }

    private static async Task<IResult> AppendAsync(
        string id,
        HttpContext http,
        UploadDesk desk,
        UploadsOptions options,
        IHostApplicationLifetime life,
        CancellationToken cancellation
    )
    {
        if (http.Request.ContentType != Tus.BodyType)
        {
            return Problems.Of(
                StatusCodes.Status415UnsupportedMediaType,
                "Wrong kind of body",
                $"The body must be of the type {Tus.BodyType}."
            );
        }
        if (Tus.Number(http.Request.Headers[Tus.Offset]) is not { } offset)
        {
            return Problems.Bad("Upload-Offset must tell where the body begins.");
        }
        // A server that stops must not wait for films: what has come stays, and the rest comes to its successor.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellation,
            life.ApplicationStopping
        );
        var (now, problem) = await GrowAsync(http, desk, id, offset, either.Token);
        if (problem is not null)
        {
            return problem;
        }
        SetOffset(http, now);
        if (desk.Find(id) is { } upload)
        {
            http.Response.Headers[Tus.Expires] = ExpiryOf(upload, options);
        }
        return TypedResults.NoContent();
    }

    private static async Task<(long, IResult?)> GrowAsync(
        HttpContext http,
        UploadDesk desk,
        string id,
        long offset,
        CancellationToken cancellation
    )
    {
        try
        {
            return await desk.AppendAsync(id, offset, http.Request.Body, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The rest of the body is not waited for: nobody listens any more, or its sender is to come again.
            http.Abort();
            return (0, TypedResults.Empty);
        }
    }

    private static async Task<IResult> DropAsync(
        string id,
        UploadDesk desk,
        CancellationToken cancellation
    ) => (IResult?)await desk.DropAsync(id, cancellation) ?? TypedResults.NoContent();

    private static async Task<IResult> ShowAsync(
        string id,
        UploadViews views,
        CancellationToken cancellation
    ) =>
        await views.FindAsync(id, cancellation) is { } view
            ? TypedResults.Ok(view)
            : UploadRules.Gone();

    private static async ValueTask<object?> CheckVersionAsync(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        var http = context.HttpContext;
        http.Response.Headers[Tus.Resumable] = Tus.Version;
        if (
            HttpMethods.IsGet(http.Request.Method)
            || HttpMethods.IsOptions(http.Request.Method)
            || http.Request.Headers[Tus.Resumable] == Tus.Version
        )
        {
            return await next(context);
        }
        http.Response.Headers["Tus-Version"] = Tus.Version;
        return Problems.Of(
            StatusCodes.Status412PreconditionFailed,
            "Other protocol",
            $"Uploads speak tus {Tus.Version}: send {Tus.Resumable}: {Tus.Version}."
        );
    }

    private static void SetOffset(HttpContext http, long offset) =>
        http.Response.Headers[Tus.Offset] = offset.ToString(CultureInfo.InvariantCulture);

    private static string ExpiryOf(Upload upload, UploadsOptions options) =>
        HeaderUtilities.FormatDate(
            new DateTimeOffset(upload.Touched + options.Keep.Ticks, TimeSpan.Zero)
        );
}
