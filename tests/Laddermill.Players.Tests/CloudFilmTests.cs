using System.Text.Json;
using Laddermill.OciStandIn;
using Laddermill.OciStandIn.Containers;
using Laddermill.OciStandIn.Functions;
using Laddermill.Processes;
using Laddermill.Storage.Oci;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Players;

/// <summary>
/// The whole flow of Oracle Cloud with real containers: a film that the official SDK uploads is seen in a browser. Event rule, function and container
/// instance act as docs/oracle-cloud.md says, with the rights that it names.
/// </summary>
public sealed class CloudFilmTests(TestMedia media, Browser browser, DockerDaemon docker)
{
    private const string Uploads = "uploads";
    private const string Streams = "streams";
    private const string Key = "films/a b.mp4";
    private const string Condition = """
        {"eventType":["com.oraclecloud.objectstorage.createobject","com.oraclecloud.objectstorage.updateobject"],
         "data":{"additionalDetails":{"bucketName":["uploads"]}}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task A_film_that_the_official_SDK_uploads_is_made_by_containers_and_plays()
    {
        var sdk = await NpmProject.InstallAsync("oci-sdk");
        var engine = await docker.StartAsync();
        await using var images = await CloudImages.BuildAsync(engine, media.NewFolder());
        var recipe = new FilmRecipe(8, [(320, 180), (640, 360)], FilmRecipe.Languages.Profile);
        await using var cloud = await StandIn.StartAsync(cancellation: Cancellation);
        var dispatcher = Install(cloud, images, recipe.Profile);

        var config = cloud.Principals.CreateApiKey().WriteTo(media.NewFolder());
        await UploadAsync(
            sdk,
            cloud,
            config,
            await media.ClipAsync("a.mp4", recipe.SourceArguments(Film.Rate))
        );
        await cloud.Events.SettleAsync();

        var instance = Assert.Single(cloud.Instances);
        await instance.Ended.WaitAsync(Cancellation);
        Assert.True(instance.ExitCode == 0, instance.Log);
        Assert.Equal(0, dispatcher.Discarded);
        var folder = await DownloadAsync(cloud, config);
        await VerifyAsync(folder);
        AssertConfined(folder);
        await PlayAsync(new Film(folder, recipe.Seconds * Film.Rate, recipe.Sizes));
    }

    private static CloudFunction Install(StandIn cloud, CloudImages images, string profile)
    {
        cloud.CreateBucket(Uploads, hasEvents: true);
        cloud.CreateBucket(Streams);
        var policy = cloud.Policy;
        policy.AllowObjects("fnfunc", "read", Uploads);
        policy.AllowObjects("fnfunc", "manage", Streams, ".laddermill/");
        policy.AllowInstances("fnfunc");
        policy.AllowObjects("computecontainerinstance", "read", Uploads);
        policy.AllowObjects("computecontainerinstance", "manage", Streams);
        cloud.SetImage(
            images.Worker,
            new DockerImage(images.Worker, images.Engine),
            ("DOTNET_ROOT", CloudImages.Runtime)
        );
        var dispatcher = cloud.CreateFunction(
            new DockerImage(images.Function, images.Engine),
            [
                ("DOTNET_ROOT", CloudImages.Runtime),
                ("AVAILABILITY_DOMAIN", "Uocm:IAD-AD-1"),
                ("COMPARTMENT_ID", "ocid1.compartment.oc1..standin"),
                ("SHAPE", "CI.Standard.E4.Flex"),
                ("CONFIG_SHAPE_MEMORY", "16"),
                ("CONFIG_SHAPE_OCPUS", "4"),
                ("IMAGE_URL", images.Worker),
                ("OUTPUT_BUCKET", Streams),
                ("STREAMING_PROTOCOL", "HLS,DASH"),
                ("SUBNET_ID", "ocid1.subnet.oc1.iad.standin"),
                ("LADDERMILL_PROFILE", profile),
                ("LADDERMILL_OCI_ENDPOINT", cloud.Address.ToString()),
                ("LADDERMILL_OCI_CONTAINERS_ENDPOINT", cloud.Address.ToString()),
            ]
        );
        cloud.Events.AddRule(
            Condition,
            async text =>
            {
                var result = await dispatcher.InvokeAsync(text, Cancellation);
                Assert.Equal((200, null), (result.Status, result.Problem));
                Assert.Contains("\"state\":\"started\"", result.Body, StringComparison.Ordinal);
            }
        );
        return dispatcher;
    }

    private static Task UploadAsync(string sdk, StandIn cloud, string config, string film) =>
        RunAsync(
            new ToolCommand("node", ["upload.mjs", Uploads, Key, film])
            {
                WorkingDirectory = sdk,
                Environment = ToolEnvironment
                    .Clean.With("LADDERMILL_OCI_ENDPOINT", cloud.Address.ToString())
                    .With("OCI_CONFIG_FILE", config),
            },
            "The official SDK could not upload."
        );

    /// <summary>The film as a folder; the thumbnail must be there, too.</summary>
    private async Task<string> DownloadAsync(StandIn cloud, string config)
    {
        var access = OciOptions.From(
            new Dictionary<string, string?>
            {
                ["OCI_CONFIG_FILE"] = config,
                ["LADDERMILL_OCI_ENDPOINT"] = cloud.Address.ToString(),
            }.GetValueOrDefault,
            TimeProvider.System
        );
        using var buckets = new OciBuckets(access, TimeProvider.System);
        var streams = buckets.Open(Streams);
        Assert.NotNull(await streams.HeadAsync($"thumbnails/{Key}_thumb.png", Cancellation));
        var folder = media.NewFolder();
        await foreach (var found in streams.ListAsync($"{Key}/", Cancellation))
        {
            var path = Path.Join(folder, found.Key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var stream = await streams.ReadAsync(
                found.Key,
                0,
                null,
                null,
                Cancellation
            );
            await using var file = File.Create(path);
            await stream!.CopyToAsync(file, Cancellation);
        }
        return Path.Join(folder, Key);
    }

    private static Task VerifyAsync(string folder) =>
        RunAsync(
            new ToolCommand(
                Repository.PathTo(
                    "artifacts",
                    "bin",
                    "Laddermill.Cli",
                    new DirectoryInfo(AppContext.BaseDirectory).Name,
                    "Laddermill.Cli"
                ),
                ["verify", folder]
            )
            {
                Environment = ToolEnvironment.Inherited,
            },
            "What the container published breaks a rule."
        );

    /// <summary>Where the kernel has Landlock, ffmpeg was shut in inside the container.</summary>
    private static void AssertConfined(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(folder, "job.json")));
        var tier = document.RootElement.GetProperty("sandbox").GetString();
        Assert.True(tier != "none" || Launcher.Obstacle is not null, "ffmpeg was not shut in.");
    }

    private async Task PlayAsync(Film film)
    {
        foreach (var (player, entry) in new[] { ("hls.js", "master.m3u8"), ("shaka", "dash.mpd") })
        {
            await using var viewing = await Viewing.StartAsync(browser, film);
            var opened = await viewing.OpenAsync(player, entry, bufferSeconds: 60);
            Assert.Equal([180, 360], opened.Heights!);
            var end = await viewing.PlayToEndAsync(speed: 2);
            Assert.InRange(end.Time, film.Seconds - 0.1, film.Seconds + 0.1);
            Assert.True(end.AudioBytes > 0 && end.VideoBytes > 0);
            Assert.Empty(end.Errors);
            Assert.Empty(viewing.Complaints);
        }
    }

    private static async Task RunAsync(ToolCommand command, string failure)
    {
        await using var tool = ToolProcess.Start(command, cancellationToken: Cancellation);
        await tool.EnsureSuccessAsync(failure);
    }
}
