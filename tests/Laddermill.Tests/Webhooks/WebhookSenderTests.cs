using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Serialization;
using Laddermill.Processes;
using Laddermill.Tests.TestServers;
using Laddermill.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Laddermill.Tests.Webhooks;

/// <summary>Against a receiver on the official package of Standard Webhooks, and against receivers that misbehave.</summary>
public sealed partial class WebhookSenderTests : IDisposable
{
    private static readonly WebhookMessage Message = WebhookMessage.Create(
        "msg_1",
        WebhookMessage.Succeeded,
        new DateTimeOffset(2026, 3, 4, 7, 6, 7, 89, TimeSpan.FromHours(2)),
        new Job("mf4k2c7a", "кино/фильм é.mp4"),
        Json.Default.Job
    );

    private readonly WebhookSecret secret = WebhookSecret.Create();
    private readonly WebhookSender sender = new(TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task The_official_package_takes_what_is_sent_and_only_with_its_secret()
    {
        var project = await NpmProject.InstallAsync("signatures");
        await using var receiver = ToolProcess.Start(
            new ToolCommand("node", ["webhooks.js", secret.Reveal()])
            {
                WorkingDirectory = project,
            },
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var told = new StreamReader(receiver.StandardOutput);
        var address = $"http://127.0.0.1:{await told.ReadLineAsync(Cancellation)}/hook";

        Assert.Equal(new WebhookResult.Delivered(204), await SendAsync(address, secret));
        Assert.Equal(
            new WebhookResult.Delivered(204),
            await SendAsync(address, WebhookSecret.Create(), secret)
        );
        Assert.Equal(
            new WebhookResult.Retry(
                400,
                "127.0.0.1 answered 400: No matching signature found",
                null
            ),
            await SendAsync(address, WebhookSecret.Create())
        );
        Assert.Equal("job.succeeded", await told.ReadLineAsync(Cancellation));
        Assert.Equal("job.succeeded", await told.ReadLineAsync(Cancellation));
        receiver.Kill();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_sent_is_one_post_of_the_body_that_was_signed()
    {
        await using var box = await PostBox.StartAsync(Cancellation);
        Assert.Equal(
            new WebhookResult.Delivered(200),
            await SendAsync(box.Address.AbsoluteUri, secret)
        );

        var post = Assert.Single(box.Posts);
        Assert.Equal(
            """{"type":"job.succeeded","timestamp":"2026-03-04T05:06:07.089Z","data":{"id":"mf4k2c7a","source":"\u043A\u0438\u043D\u043E/\u0444\u0438\u043B\u044C\u043C \u00E9.mp4"}}""",
            Encoding.UTF8.GetString(post.Body)
        );
        Assert.Equal("application/json", post.Headers["Content-Type"]);
        Assert.StartsWith("Laddermill/", post.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal("msg_1", post.Headers[WebhookSignature.IdHeader]);
        Assert.True(
            WebhookSignature.Verify(
                post.Headers[WebhookSignature.IdHeader],
                post.Headers[WebhookSignature.TimestampHeader],
                post.Headers[WebhookSignature.SignatureHeader],
                post.Body,
                secret,
                TimeProvider.System.GetUtcNow(),
                WebhookSignature.DefaultTolerance
            )
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await PostBox.StartAsync(Cancellation);
        await using var box = await PostBox.StartAsync(
            Cancellation,
            context =>
            {
                context.Response.Redirect(elsewhere.Address.AbsoluteUri, false, true);
                return Task.CompletedTask;
            }
        );
        var retry = Assert.IsType<WebhookResult.Retry>(
            await SendAsync(box.Address.AbsoluteUri, secret)
        );
        Assert.Equal(307, retry.Status);
        Assert.Contains("redirects are not followed", retry.Reason, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Posts);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_is_gone_wants_no_more()
    {
        await using var box = await AnsweringAsync(410);
        Assert.Equal(new WebhookResult.Gone(), await SendAsync(box.Address.AbsoluteUri, secret));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("120", 120)]
    [InlineData("Sun, 01 Mar 2026 12:10:00 GMT", 600)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", null)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    [InlineData(null, null)]
    public async Task A_pause_that_is_asked_for_is_told(string? header, int? seconds)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        using var atNoon = new WebhookSender(clock);
        await using var box = await PostBox.StartAsync(
            Cancellation,
            context =>
            {
                context.Response.StatusCode = 503;
                if (header is not null)
                {
                    context.Response.Headers.RetryAfter = header;
                }
                return Task.CompletedTask;
            }
        );
        Assert.Equal(
            new WebhookResult.Retry(
                503,
                "127.0.0.1 answered 503.",
                seconds is { } pause ? TimeSpan.FromSeconds(pause) : null
            ),
            await atNoon.SendAsync(Message, Endpoint(box.Address.AbsoluteUri, secret), Cancellation)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_receiver_that_does_not_answer_is_given_up_after_twenty_seconds()
    {
        var clock = new FakeTimeProvider();
        using var patient = new WebhookSender(clock);
        var arrived = new TaskCompletionSource();
        await using var box = await PostBox.StartAsync(
            Cancellation,
            async context =>
            {
                arrived.TrySetResult();
                await Task.Delay(
                    Timeout.InfiniteTimeSpan,
                    TimeProvider.System,
                    context.RequestAborted
                );
            }
        );
        var sending = patient.SendAsync(
            Message,
            Endpoint(box.Address.AbsoluteUri, secret),
            Cancellation
        );
        await arrived.Task.WaitAsync(Cancellation);
        clock.Advance(WebhookSender.Timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(sending.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(
            new WebhookResult.Retry(null, "127.0.0.1 did not answer within 20 seconds.", null),
            await sending
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData(200)]
    [InlineData(500)]
    public async Task An_answer_without_end_is_hardly_read(int status)
    {
        await using var box = await PostBox.StartAsync(
            Cancellation,
            async context =>
            {
                context.Response.StatusCode = status;
                var part = Encoding.UTF8.GetBytes("no\n\u001b[31m" + new string('x', 60_000));
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(part, context.RequestAborted);
                }
            }
        );
        var result = await SendAsync(box.Address.AbsoluteUri, secret);
        if (status == 200)
        {
            Assert.Equal(new WebhookResult.Delivered(200), result);
            return;
        }
        var retry = Assert.IsType<WebhookResult.Retry>(result);
        Assert.StartsWith(
            "127.0.0.1 answered 500: no  [31mxxx",
            retry.Reason,
            StringComparison.Ordinal
        );
        Assert.InRange(retry.Reason.Length, 1000, 1100);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_cannot_be_reached_or_breaks_off_is_tried_again()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var address = $"http://{nobody.LocalEndpoint}/";
        nobody.Stop();
        var unreachable = Assert.IsType<WebhookResult.Retry>(await SendAsync(address, secret));
        Assert.Contains(
            "127.0.0.1 cannot be reached",
            unreachable.Reason,
            StringComparison.Ordinal
        );

        await using var box = await PostBox.StartAsync(
            Cancellation,
            context =>
            {
                context.Abort();
                return Task.CompletedTask;
            }
        );
        var broken = Assert.IsType<WebhookResult.Retry>(
            await SendAsync(box.Address.AbsoluteUri, secret)
        );
        Assert.Contains("cannot be reached", broken.Reason, StringComparison.Ordinal);
        Assert.Single(box.Posts);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_cancels_is_told_so()
    {
        using var stop = new CancellationTokenSource();
        await using var box = await PostBox.StartAsync(
            Cancellation,
            async context =>
            {
                await stop.CancelAsync();
                await Task.Delay(
                    Timeout.InfiniteTimeSpan,
                    TimeProvider.System,
                    context.RequestAborted
                );
            }
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            sender.SendAsync(Message, Endpoint(box.Address.AbsoluteUri, secret), stop.Token)
        );
    }

    public void Dispose() => sender.Dispose();

    private static Task<PostBox> AnsweringAsync(int status) =>
        PostBox.StartAsync(
            Cancellation,
            context =>
            {
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            }
        );

    private static WebhookEndpoint Endpoint(string address, params WebhookSecret[] secrets) =>
        WebhookEndpoint.Parse(address, [.. secrets.Select(each => each.Reveal())], []);

    private Task<WebhookResult> SendAsync(string address, params WebhookSecret[] secrets) =>
        sender.SendAsync(Message, Endpoint(address, secrets), Cancellation);

    internal sealed record Job(string Id, string Source);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Job))]
    internal sealed partial class Json : JsonSerializerContext;
}
