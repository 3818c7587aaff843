using System.Text.RegularExpressions;
using Amazon.S3.Model;
using Laddermill.Processes;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Storage;
using Laddermill.Storage.S3;
using Laddermill.Tests.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Events;

/// <summary>Notifications of a real S3 server (Ceph) start jobs.</summary>
public sealed partial class CephEventsTests(S3Server s3)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Uploads_start_jobs_whatever_they_are_called()
    {
        string[] names =
        [
            "plain.mp4",
            "Фильм о мосте.mp4",
            "a+b c.mp4",
            "100%41 %2B.mp4",
            "a folder/é, ß & ü?#.mp4",
            "映画.mkv",
        ];
        var access = await s3.StartAsync(Cancellation);
        var bucket = await s3.BucketAsync("announced", Cancellation);
        var streams = await s3.BucketAsync("streams", Cancellation);
        var engine = PlayedEngine.Ending(0, """{"result":{"state":"done"}}""");
        await using var server = await ServerUnderTest.StartAsync(
            engine,
            // Long enough that only events can be what starts jobs here.
            """
            "pipelines": [{ "name": "films", "source": "s3://announced", "destination": "s3://streams", "reconcile": "1.00:00:00" }],
            "events": [{ "name": "ceph" }]
            """,
            variable: name => name == "LADDERMILL_EVENTS_CEPH" ? "hush-hush-hush-hush" : null,
            change: services =>
                services.AddSingleton(provider => new PipelineSet(
                    provider.GetRequiredService<Server.Configuration.ServerSetup>().Pipelines,
                    TimeProvider.System,
                    location => location.Bucket == "announced" ? bucket : streams
                ))
        );
        var topic = await CreateTopicAsync(
            access,
            new Uri(server.Client.BaseAddress!, "/events/ceph/hush-hush-hush-hush")
        );
        var client = access.CreateClient();
        await client.PutBucketNotificationAsync(
            new PutBucketNotificationRequest
            {
                BucketName = "announced",
                TopicConfigurations =
                [
                    new TopicConfiguration
                    {
                        Id = "laddermill",
                        Topic = topic,
                        Events = [Amazon.S3.EventType.ObjectCreatedAll],
                    },
                ],
            },
            Cancellation
        );

        foreach (var name in names)
        {
            await bucket.PutAsync(
                name,
                "film"u8.ToArray(),
                new PutOptions("video/mp4"),
                PutCondition.None,
                Cancellation
            );
        }
        var jobs = await server.JobsAsync(all =>
            all.Count == names.Length && all.All(job => (string?)job!["state"] == "succeeded")
        );

        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            jobs.Select(job => (string)job!["name"]!).Order(StringComparer.Ordinal)
        );
        Assert.All(
            names,
            name =>
                Assert.Contains(jobs, job => (string)job!["source"]! == $"s3://announced/{name}")
        );
    }

    /// <summary>Ceph's topics are made by Amazon's SNS protocol, for which curl signs as well as an SDK of its own.</summary>
    private static async Task<string> CreateTopicAsync(S3Options access, Uri endpoint)
    {
        Assert.SkipWhen(ToolPath.Find("curl") is null, "no curl (Debian package curl)");
        var keys = await access.Credentials!.GetCredentialsAsync();
        await using var tool = ToolProcess.Start(
            new ToolCommand(
                "curl",
                [
                    "--silent",
                    "--show-error",
                    "--fail-with-body",
                    "--aws-sigv4",
                    "aws:amz:us-east-1:sns",
                    "--user",
                    $"{keys.AccessKey}:{keys.SecretKey}",
                    "--data-urlencode",
                    "Action=CreateTopic",
                    "--data-urlencode",
                    "Name=laddermill",
                    "--data-urlencode",
                    "Attributes.entry.1.key=push-endpoint",
                    "--data-urlencode",
                    $"Attributes.entry.1.value={endpoint.AbsoluteUri}",
                    access.Endpoint!.ToString(),
                ]
            ),
            ToolOutput.Captured
        );
        using var reader = new StreamReader(tool.StandardOutput);
        var answer = await reader.ReadToEndAsync(Cancellation);
        await tool.EnsureSuccessAsync($"Ceph did not make the topic: {answer}");
        return TopicArn().Match(answer).Groups[1].Value;
    }

    [GeneratedRegex("<TopicArn>(.+?)</TopicArn>")]
    private static partial Regex TopicArn();
}
