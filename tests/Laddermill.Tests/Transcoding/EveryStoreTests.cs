using Laddermill.Processes;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Transcoding;

/// <summary>One film through the program, from every kind of store to every other: the same bytes come out.</summary>
[Trait("Level", "Long")]
public sealed class EveryStoreTests(
    TestMedia media,
    S3Server s3,
    OciServer oci,
    ITestOutputHelper log
) : IClassFixture<OciServer>
{
    private const int Minutes = 60_000;
    private const string Key = "films/a b+c %41 ж.mp4";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10 * Minutes)]
    public async Task From_a_folder_from_S3_and_from_OCI_the_media_are_the_same_bytes()
    {
        var clip = await media.VideoAsync("film.mp4", seconds: 14);
        var expected = await OfFolderAsync(clip);
        var uploads = await s3.BucketAsync("every-uploads", Cancellation);
        var streams = await s3.BucketAsync("every-streams", Cancellation);
        await UploadAsync(uploads, clip);
        await UploadAsync(oci.Store(), clip);
        var toS3 = await s3.EnvironmentAsync(Cancellation);

        var fromS3 = await RunAsync($"s3://every-uploads/{Key}", "s3://every-streams/a", toS3);
        var fromFolder = await RunAsync(clip, "s3://every-streams/b", toS3);
        var fromOci = await RunAsync(
            $"oci://{OciServer.Bucket}/{Key}",
            $"oci://{OciServer.Bucket}/out",
            oci.Environment
        );

        Assert.Equal(expected, await Hashes.OfMediaAsync(streams, $"a/{Key}/{fromS3.Revision}/"));
        Assert.Equal(
            expected,
            await Hashes.OfMediaAsync(streams, $"b/film.mp4/{fromFolder.Revision}/")
        );
        Assert.Equal(
            expected,
            await Hashes.OfMediaAsync(oci.Store(), $"out/{Key}/{fromOci.Revision}/")
        );
    }

    [Fact(Timeout = 10 * Minutes)]
    public async Task With_a_fifth_of_all_requests_failing_in_every_way_the_media_are_the_same_bytes()
    {
        var clip = await media.VideoAsync("film.mp4", seconds: 30);
        var expected = await OfFolderAsync(clip);
        await UploadAsync(oci.Store(), clip);
        var source = $"oci://{OciServer.Bucket}/{Key}";
        var good = await RunAsync(source, $"oci://{OciServer.Bucket}/good", oci.Environment);
        oci.StandIn.Faults.Slowness = TimeSpan.FromMilliseconds(500);
        oci.StandIn.Faults.Set(
            "Error500=0.03,Error503=0.03,Error429=0.03,BucketNotFound=0.03,Reset=0.03,LostAnswer=0.03,Slow=0.02"
        );
        Worked bad;
        try
        {
            bad = await RunAsync(source, $"oci://{OciServer.Bucket}/bad", oci.Environment);
        }
        finally
        {
            oci.StandIn.Faults.Rates.Clear();
        }

        log.WriteLine(
            FormattableString.Invariant(
                $"{oci.StandIn.Faults.Struck.Values.Sum()} faults ({string.Join(", ", oci.StandIn.Faults.Struck.Select(each => $"{each.Key} {each.Value}"))}); {bad.Time.TotalSeconds:0.0} s, and {good.Time.TotalSeconds:0.0} s without."
            )
        );
        Assert.True(oci.StandIn.Faults.Struck.Values.Sum() > 10);
        Assert.Equal(
            expected,
            await Hashes.OfMediaAsync(oci.Store(), $"bad/{Key}/{bad.Revision}/")
        );
    }

    [Fact(Timeout = 10 * Minutes)]
    public async Task With_a_fifth_of_all_requests_to_S3_failing_in_every_way_the_media_are_the_same_bytes()
    {
        var clip = await media.VideoAsync("film.mp4", seconds: 30);
        var expected = await OfFolderAsync(clip);
        var uploads = await s3.BucketAsync("faulty-uploads", Cancellation);
        var streams = await s3.BucketAsync("faulty-streams", Cancellation);
        await UploadAsync(uploads, clip);
        var server = (await s3.StartAsync(Cancellation)).Endpoint!;
        // Both go through a proxy, so that they differ in the faults alone.
        await using var sound = await FaultyProxy.StartAsync(server, 0, Cancellation);
        await using var faulty = await FaultyProxy.StartAsync(server, 0.2, Cancellation);

        var good = await RunByAsync(sound, "good");
        var bad = await RunByAsync(faulty, "bad");

        log.WriteLine(
            FormattableString.Invariant(
                $"{faulty.Struck.Values.Sum()} faults ({string.Join(", ", faulty.Struck.Select(each => $"{each.Key} {each.Value}"))}); {bad.Time.TotalSeconds:0.0} s, and {good.Time.TotalSeconds:0.0} s without."
            )
        );
        Assert.Empty(sound.Struck);
        Assert.True(faulty.Struck.Values.Sum() > 10);
        Assert.Equal(expected, await Hashes.OfMediaAsync(streams, $"bad/{Key}/{bad.Revision}/"));

        async Task<Worked> RunByAsync(FaultyProxy proxy, string prefix) =>
            await RunAsync(
                $"s3://faulty-uploads/{Key}",
                $"s3://faulty-streams/{prefix}",
                (await s3.EnvironmentAsync(Cancellation)).With(
                    "AWS_ENDPOINT_URL_S3",
                    proxy.Address.ToString()
                )
            );
    }

    private async Task<List<(string, string)>> OfFolderAsync(string clip)
    {
        var root = media.NewFolder();
        var local = await RunAsync(clip, root, ToolEnvironment.Inherited);
        return await Hashes.OfMediaAsync(
            new FileSystemObjectStore(root),
            $"film.mp4/{local.Revision}/"
        );
    }

    private static Task<Worked> RunAsync(
        string source,
        string destination,
        ToolEnvironment environment
    ) => Worker.RunAsync(Worker.Document(source, destination), environment);

    private static async Task UploadAsync(IObjectStore store, string clip) =>
        await store.PutAsync(
            Key,
            await File.ReadAllBytesAsync(clip, Cancellation),
            new PutOptions("video/mp4"),
            PutCondition.None,
            Cancellation
        );
}
