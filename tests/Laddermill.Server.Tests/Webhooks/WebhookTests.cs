using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Laddermill.Server.Tests.Webhooks;

public sealed class WebhookTests
{
    private static readonly WebhookSecret Secret = WebhookSecret.Create();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task The_end_of_a_job_is_told_signed_again_until_it_is_taken_and_again_when_asked()
    {
        await using var receiver = await Receiver.StartAsync(HttpStatusCode.ServiceUnavailable);
        await using var server = await StartAsync(
            receiver,
            PlayedEngine.Ending(
                3,
                """{"result":{"state":"rejected","code":"no-video","reason":"There is nothing to see."}}"""
            ),
            """ "job.rejected" """
        );

        server.Drop("film.mp4", [1, 2, 3]);
        var first = await receiver.NextAsync();
        var waiting = await DeliveryAsync(server, each => (int)each["attempts"]! == 1);
        receiver.Answer = HttpStatusCode.NoContent;
        var second = await receiver.NextAsync();
        var delivered = await DeliveryAsync(server, each => (string?)each["state"] == "delivered");
        var replayed = await server.Client.PostAsync(
            $"/deliveries/{delivered["id"]}/replay",
            null,
            Cancellation
        );
        var third = await receiver.NextAsync();

        Assert.Equal(("waiting", 503), ((string?)waiting["state"], (int?)waiting["status"]));
        Assert.NotNull((string?)waiting["error"]);
        Assert.Equal(HttpStatusCode.Accepted, replayed.StatusCode);
        Assert.All(
            new[] { first, second, third },
            each =>
            {
                Assert.True(each.IsGenuine);
                Assert.Equal((string?)delivered["id"], each.Id);
                Assert.Equal("job.rejected", (string?)each.Body["type"]);
                Assert.Equal(
                    ("rejected", "no-video", "film.mp4"),
                    (
                        (string?)each.Body["data"]!["state"],
                        (string?)each.Body["data"]!["code"],
                        (string?)each.Body["data"]!["name"]
                    )
                );
            }
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_what_a_webhook_wants_is_told_to_it()
    {
        await using var receiver = await Receiver.StartAsync(HttpStatusCode.OK);
        await using var server = await StartAsync(
            receiver,
            PlayedEngine.Ending(0),
            """ "job.failed" """
        );

        server.Drop("film.mp4", [1, 2, 3]);
        await server.JobsAsync(all => all.Count == 1 && (string?)all[0]!["state"] == "succeeded");

        Assert.Empty((await server.GetAsync("/deliveries")).AsArray());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_receiver_that_is_gone_is_not_asked_again()
    {
        await using var receiver = await Receiver.StartAsync(HttpStatusCode.Gone);
        await using var server = await StartAsync(receiver, PlayedEngine.Ending(0), "");

        server.Drop("film.mp4", [1, 2, 3]);
        await receiver.NextAsync();

        var delivery = await DeliveryAsync(server, each => (string?)each["state"] == "given-up");
        Assert.Equal(1, (int)delivery["attempts"]!);
    }

    private static Task<ServerUnderTest> StartAsync(
        Receiver receiver,
        PlayedEngine engine,
        string events
    ) =>
        ServerUnderTest.StartAsync(
            engine,
            $$"""
            {{ServerUnderTest.OnePipeline}},
            "webhooks": [{ "name": "cms", "url": "{{receiver.Address}}hook", "events": [{{events}}] }]
            """,
            variable: name => name == "LADDERMILL_WEBHOOK_CMS" ? Secret.Reveal() : null
        );

    private static async Task<JsonNode> DeliveryAsync(
        ServerUnderTest server,
        Func<JsonNode, bool> isWanted
    )
    {
        while (true)
        {
            var found = (await server.GetAsync("/deliveries"))
                .AsArray()
                .FirstOrDefault(each => isWanted(each!));
            if (found is not null)
            {
                return found;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancellation);
        }
    }

    /// <summary>Somebody's program that is told.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication app;
        private readonly BlockingCollection<Message> messages = [];

        private Receiver(WebApplication app) => this.app = app;

        public volatile HttpStatusCode Answer;

        public string Address => app.Urls.Single() + "/";

        public static async Task<Receiver> StartAsync(HttpStatusCode answer)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var receiver = new Receiver(app) { Answer = answer };
            app.MapPost("/hook", receiver.ReceiveAsync);
            await app.StartAsync(Cancellation);
            return receiver;
        }

        public Task<Message> NextAsync() => Task.Run(() => messages.Take(Cancellation));

        private async Task<IResult> ReceiveAsync(HttpRequest request)
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            string? Header(string name) => request.Headers[name].FirstOrDefault();
            messages.Add(
                new Message(
                    Header(WebhookSignature.IdHeader),
                    WebhookSignature.Verify(
                        Header(WebhookSignature.IdHeader),
                        Header(WebhookSignature.TimestampHeader),
                        Header(WebhookSignature.SignatureHeader),
                        body.ToArray(),
                        Secret,
                        TimeProvider.System.GetUtcNow(),
                        WebhookSignature.DefaultTolerance
                    ),
                    JsonNode.Parse(body.ToArray())!
                )
            );
            return Results.StatusCode((int)Answer);
        }

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            messages.Dispose();
        }
    }

    private sealed record Message(string? Id, bool IsGenuine, JsonNode Body);
}
