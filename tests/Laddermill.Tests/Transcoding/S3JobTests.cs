using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Storage;
using Laddermill.Storage.S3;
using Laddermill.Tests.TestServers;
using Laddermill.Transcoding;
using Laddermill.Verification;

namespace Laddermill.Tests.Transcoding;

/// <summary>Jobs from bucket to bucket on a real S3 server.</summary>
[Trait("Level", "Long")]
public sealed class S3JobTests(TestMedia media, S3Server server)
{
    private const int Minutes = 60_000;
    private const string Name = "films/a b+c %41 ж.mp4";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_film_goes_from_one_bucket_to_another_and_is_the_same_as_in_a_folder()
    {
        var clip = await media.VideoAsync("film.mp4", seconds: 14);
        var local = await Published.MakeAsync(media, clip);
        var uploads = await server.BucketAsync("job-uploads", Cancellation);
        var streams = await server.BucketAsync("job-streams", Cancellation);
        await uploads.PutAsync(
            Name,
            await File.ReadAllBytesAsync(clip, Cancellation),
            new PutOptions("video/mp4"),
            PutCondition.None,
            Cancellation
        );

        var result = await RunAsync(uploads, streams);
        var again = await RunAsync(uploads, streams);

        Assert.False(result.WasDone);
        Assert.True(again.WasDone);
        var report = await Verifier.VerifyAsync(
            new StoreOutputReader(streams, "out/" + Name),
            new VerifyOptions(),
            Cancellation
        );
        Assert.True(report.Passed);
        Assert.Equal(
            await MediaAsync(
                new Laddermill.Storage.FileSystem.FileSystemObjectStore(local.Folder),
                local.Result.Revision + "/"
            ),
            await MediaAsync(streams, $"out/{Name}/{result.Revision}/")
        );
    }

    private static async Task<JobResult> RunAsync(S3ObjectStore uploads, S3ObjectStore streams)
    {
        var request = await JobRequest.OpenAsync(
            new JobDocument
            {
                Source = "s3://job-uploads/" + Name,
                Destination = "s3://job-streams/out",
                Profile = JsonNode.Parse(Published.SmallProfile),
            },
            "/",
            TimeProvider.System,
            Cancellation,
            location => location.Bucket == "job-uploads" ? uploads : streams
        );
        return await new TranscodeJob(TimeProvider.System).RunAsync(request, null, Cancellation);
    }

    private static async Task<List<(string, string)>> MediaAsync(IObjectStore store, string prefix)
    {
        var media = new List<(string, string)>();
        await foreach (var found in store.ListAsync(prefix, Cancellation))
        {
            if (Path.GetExtension(found.Key) is ".m4s" or ".mp4")
            {
                await using var body = await store.ReadAsync(
                    found.Key,
                    0,
                    null,
                    null,
                    Cancellation
                );
                media.Add(
                    (
                        found.Key[prefix.Length..],
                        Convert.ToHexString(await SHA256.HashDataAsync(body!, Cancellation))
                    )
                );
            }
        }
        Assert.NotEmpty(media);
        return media;
    }
}
