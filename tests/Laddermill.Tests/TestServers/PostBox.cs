using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Laddermill.Tests.TestServers;

/// <summary>One request, whole.</summary>
internal sealed record Post(ImmutableDictionary<string, string> Headers, byte[] Body);

/// <summary>A server on loopback that keeps what is posted to it, and answers as it is told.</summary>
internal sealed class PostBox : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentQueue<Post> posts = new();

    private PostBox(WebApplication application) => this.application = application;

    public Uri Address =>
        new(
            application
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
        );

    /// <summary>In the order of their arrival.</summary>
    public ImmutableArray<Post> Posts => [.. posts];

    /// <param name="answer">What is answered; null: 200 without a body.</param>
    public static async Task<PostBox> StartAsync(
        CancellationToken cancellation,
        Func<HttpContext, Task>? answer = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var box = new PostBox(builder.Build());
        box.application.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            box.posts.Enqueue(
                new Post(
                    context.Request.Headers.ToImmutableDictionary(
                        header => header.Key,
                        header => header.Value.ToString(),
                        StringComparer.OrdinalIgnoreCase
                    ),
                    body.ToArray()
                )
            );
            if (answer is not null)
            {
                await answer(context);
            }
        });
        await box.application.StartAsync(cancellation);
        return box;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
