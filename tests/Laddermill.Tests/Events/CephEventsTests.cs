using Amazon.S3.Model;
using Laddermill.Events;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Events;

/// <summary>What a real server of S3 (Ceph) posts, read: names are the objects' own to the character.</summary>
public sealed class CephEventsTests(S3Server server)
{
    private static readonly string[] Names =
    [
        "films/sintel.mp4",
        "кино/фильм 1.mp4",
        "a+b.mp4",
        "a%2Bb %41.mp4",
        "100%.mp4",
        "it's \"q\" \\ & <x>?#.mp4",
        "🎬.mp4",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Every_upload_is_told_by_its_own_name()
    {
        const string bucket = "events";
        var options = await server.StartAsync(Cancellation);
        await using var box = await PostBox.StartAsync(Cancellation);
        using var client = options.CreateClient();
        await client.PutBucketAsync(bucket, Cancellation);
        await S3Notifications.PostAsync(options, bucket, box.Address, Cancellation);

        foreach (var name in Names)
        {
            await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = bucket,
                    Key = name,
                    ContentBody = name,
                },
                Cancellation
            );
        }
        await client.CopyObjectAsync(bucket, Names[0], bucket, "copied.mp4", Cancellation);
        var tag = await UploadInPartsAsync(bucket, "in parts.mp4");
        await client.DeleteObjectAsync(bucket, Names[0], Cancellation);

        var readings = box.Posts.Select(Read).ToList();
        Assert.All(readings, reading => Assert.Equal("ceph", reading.Sender));
        var created = readings.SelectMany(reading => reading.Created).ToList();
        Assert.Equal([.. Names, "copied.mp4", "in parts.mp4"], created.Select(one => one.Key));
        Assert.All(
            created,
            one =>
            {
                Assert.Equal(("s3", bucket, null), (one.Provider, one.Bucket, one.OtherKey));
                Assert.NotNull(one.EventId);
                Assert.NotNull(one.Time);
            }
        );
        Assert.Equal(tag, created[^1].ETag);
        Assert.Equal(
            ["events of type 'ObjectRemoved:Delete' start nothing"],
            readings.SelectMany(reading => reading.Ignored)
        );
        async Task<string> UploadInPartsAsync(string bucket, string key)
        {
            var upload = await client.InitiateMultipartUploadAsync(bucket, key, Cancellation);
            var part = await client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = upload.UploadId,
                    PartNumber = 1,
                    InputStream = new MemoryStream([1, 2, 3]),
                },
                Cancellation
            );
            var whole = await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = upload.UploadId,
                    PartETags = [new PartETag(1, part.ETag)],
                },
                Cancellation
            );
            return whole.ETag.Trim('"');
        }
    }

    private static EventReading Read(Post post) =>
        EventReader.Read(
            post.Headers.GetValueOrDefault("Content-Type"),
            post.Headers.GetValueOrDefault,
            post.Body
        );
}
