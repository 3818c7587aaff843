using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Server.Events;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Events;

public sealed class EventsApiTests
{
    private static readonly string[] Films = ["films/a b.mp4", "trailers/t.mp4", "films/c.mp4"];

    private readonly List<Uri> asked = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("/events/store/wrong", null)]
    [InlineData("/events/nobody/hush", null)]
    [InlineData("/events/store", null)]
    [InlineData("/events/store", "store:wrong")]
    [InlineData("/events/nobody/", ":")]
    public async Task Nobody_sends_events_without_the_secret(string path, string? basic)
    {
        await using var server = await StartAsync();

        var answer = await SendAsync(server, path, S3Event("in", "films/c.mp4"), basic);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty((await server.GetAsync("/jobs"))["items"]!.AsArray());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/events/store/hush-hush-hush-hush", null)]
    [InlineData("/events/store", "anybody:hush-hush-hush-hush")]
    public async Task The_secret_is_in_the_path_or_the_password(string path, string? basic)
    {
        await using var server = await StartAsync();

        var answer = await SendAsync(server, path, S3Event("in", "films/a+b.mp4"), basic);
        var jobs = await server.JobsAsync(all => all.Count == 1);

        Assert.Equal(1, (int)(await BodyAsync(answer))["accepted"]!);
        Assert.Equal("s3://in/films/a b.mp4", (string?)jobs[0]!["source"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sender_starts_only_what_it_may_and_is_told_why_not()
    {
        await using var server = await StartAsync();

        foreach (
            var (bucket, key) in new[]
            {
                ("elsewhere", "films/c.mp4"),
                ("in", "trailers/t.mp4"),
                ("in", "films/notes.txt"),
                ("in", "other/c.mp4"),
            }
        )
        {
            var answer = await BodyAsync(
                await SendAsync(server, "/events/store/hush-hush-hush-hush", S3Event(bucket, key))
            );
            Assert.Equal(0, (int)answer["accepted"]!);
            Assert.Single(answer["ignored"]!.AsArray());
        }
        // What is announced and is not there starts nothing, and harms nothing.
        await SendAsync(
            server,
            "/events/store/hush-hush-hush-hush",
            S3Event("in", "films/absent.mp4")
        );
        await SendAsync(server, "/events/store/hush-hush-hush-hush", S3Event("in", "films/c.mp4"));

        var jobs = await server.JobsAsync(all => all.Count > 0);
        Assert.Equal("films/c.mp4", (string?)Assert.Single(jobs)!["name"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(
        """{"Type":"SubscriptionConfirmation","TopicArn":"arn:aws:sns:eu-west-1:1:t","MessageId":"1","Message":"","Token":"t","Timestamp":"t","SubscribeURL":"https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription","SigningCertURL":"https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem","SignatureVersion":"1","Signature":"AA=="}"""
    )]
    [InlineData(
        """{"Type":"Notification","TopicArn":"arn:aws:sns:eu-west-1:1:t","MessageId":"1","Message":"{}","Timestamp":"t","SigningCertURL":"http://127.0.0.1/cert.pem","SignatureVersion":"1","Signature":"AA=="}"""
    )]
    [InlineData("""{"ConfirmationURL":"https://169.254.169.254/latest/meta-data"}""")]
    public async Task No_address_of_a_message_is_asked_for_anything_unless_it_is_the_providers(
        string message
    )
    {
        await using var server = await StartAsync();

        var answer = await SendAsync(server, "/events/store/hush-hush-hush-hush", message);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(asked);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_subscription_of_notifications_is_confirmed_at_the_providers_host()
    {
        await using var server = await StartAsync();
        const string address =
            "https://cell1.notification.eu-frankfurt-1.oci.oraclecloud.com/20181201/subscriptions/x/confirmation?token=y&protocol=CUSTOM_HTTPS";

        var answer = await SendAsync(
            server,
            "/events/store/hush-hush-hush-hush",
            $$"""{"ConfirmationURL":"{{address}}"}"""
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([new Uri(address)], asked);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]x")]
    [InlineData("""{"hello":"world"}""")]
    public async Task What_is_no_event_is_refused_with_a_reason(string body)
    {
        await using var server = await StartAsync();

        var answer = await SendAsync(server, "/events/store/hush-hush-hush-hush", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty((string)(await BodyAsync(answer))["detail"]!);
    }

    private async Task<ServerUnderTest> StartAsync()
    {
        var source = new MemoryStore("in", TimeProvider.System);
        var destination = new MemoryStore("out", TimeProvider.System);
        foreach (var key in Films)
        {
            await source.PutAsync(
                key,
                "film"u8.ToArray(),
                new PutOptions("video/mp4"),
                PutCondition.None,
                Cancellation
            );
        }
        return await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            """
            "pipelines": [
              { "name": "films", "source": "s3://in/films", "destination": "s3://out", "reconcile": "1.00:00:00", "exclude": ["c.mp4.old"] },
              { "name": "trailers", "source": "s3://in/trailers", "destination": "s3://out/t", "reconcile": "1.00:00:00" }
            ],
            "events": [{ "name": "store", "pipelines": ["films"] }]
            """,
            variable: name => name == "LADDERMILL_EVENTS_STORE" ? "hush-hush-hush-hush" : null,
            change: services =>
            {
                // Comparing would find them all at once.
                services.AddSingleton(provider => new PipelineSet(
                    provider.GetRequiredService<Server.Configuration.ServerSetup>().Pipelines,
                    TimeProvider.System,
                    location => location.Bucket == "in" ? source : destination
                ));
                services.AddSingleton(new ProviderCalls(new HttpClient(new Provider(asked))));
                foreach (
                    var loop in services
                        .Where(each => each.ImplementationType == typeof(Server.Intake.SourceLoop))
                        .ToList()
                )
                {
                    services.Remove(loop);
                }
            }
        );
    }

    private static string S3Event(string bucket, string key) =>
        $$$"""{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"{{{bucket}}}"},"object":{"key":"{{{key}}}" } } }]}""";

    private static async Task<HttpResponseMessage> SendAsync(
        ServerUnderTest server,
        string path,
        string body,
        string? basic = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "text/plain"),
        };
        if (basic is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes(basic))
            );
        }
        return await server.Client.SendAsync(request, Cancellation);
    }

    private static async Task<JsonNode> BodyAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;

    /// <summary>Stands for the hosts of providers, which no test may ask.</summary>
    private sealed class Provider(List<Uri> asked) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            asked.Add(request.RequestUri!);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
