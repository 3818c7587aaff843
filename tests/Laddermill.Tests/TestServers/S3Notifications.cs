using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Amazon.S3;
using Amazon.S3.Model;
using Laddermill.Storage.S3;

namespace Laddermill.Tests.TestServers;

/// <summary>Notifications of a bucket of Ceph's. Topics are made by its interface in the manner of SNS, for which we have no client: one signed form.</summary>
internal static class S3Notifications
{
    /// <summary>Has the server post to <paramref name="address"/> whatever happens to objects of a bucket, before it answers the request that did it.</summary>
    public static async Task PostAsync(
        S3Options server,
        string bucket,
        Uri address,
        CancellationToken cancellation
    )
    {
        var topic = await CreateTopicAsync(server, bucket, address, cancellation);
        using var client = server.CreateClient();
        await client.PutBucketNotificationAsync(
            new PutBucketNotificationRequest
            {
                BucketName = bucket,
                TopicConfigurations =
                [
                    new TopicConfiguration
                    {
                        Id = "all",
                        Topic = topic,
                        Events =
                        [
                            new EventType("s3:ObjectCreated:*"),
                            new EventType("s3:ObjectRemoved:*"),
                        ],
                    },
                ],
            },
            cancellation
        );
    }

    /// <returns>Its ARN.</returns>
    private static async Task<string> CreateTopicAsync(
        S3Options server,
        string name,
        Uri address,
        CancellationToken cancellation
    )
    {
        var form = new Dictionary<string, string>
        {
            ["Action"] = "CreateTopic",
            ["Name"] = name,
            ["Attributes.entry.1.key"] = "push-endpoint",
            ["Attributes.entry.1.value"] = address.AbsoluteUri,
        };
        using var content = new FormUrlEncodedContent(form);
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Endpoint)
        {
            Content = content,
        };
        await SignAsync(request, server, cancellation);
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        return XDocument
            .Parse(text)
            .Descendants()
            .Single(element => element.Name.LocalName == "TopicArn")
            .Value;
    }

    /// <summary>Signature version 4, of a form to the root.</summary>
    private static async Task SignAsync(
        HttpRequestMessage request,
        S3Options server,
        CancellationToken cancellation
    )
    {
        var keys = await server.Credentials!.GetCredentialsAsync();
        var time = TimeProvider
            .System.GetUtcNow()
            .ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/default/sns/aws4_request";
        var body = Hash(await request.Content!.ReadAsByteArrayAsync(cancellation));
        var canonical =
            $"POST\n/\n\nhost:{server.Endpoint!.Authority}\nx-amz-date:{time}\n\nhost;x-amz-date\n{body}";
        var toSign =
            $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + keys.SecretKey), Mac);
        request.Headers.Add("x-amz-date", time);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "AWS4-HMAC-SHA256",
            $"Credential={keys.AccessKey}/{scope}, SignedHeaders=host;x-amz-date, Signature={Convert.ToHexStringLower(Mac(key, toSign))}"
        );
    }

    private static byte[] Mac(byte[] key, string text) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
