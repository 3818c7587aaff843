using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Dispatching;
using Laddermill.OciStandIn;
using Laddermill.OciStandIn.ContainerInstances;
using Laddermill.OciStandIn.Containers;
using Laddermill.OciStandIn.Identity;
using Laddermill.Storage;
using Laddermill.Storage.Oci;
using Laddermill.Tests.Processes;

namespace Laddermill.Tests.TestServers;

/// <summary>
/// The stand-in for Oracle Cloud with an installation of Laddermill in it: a bucket for uploads that emits events, one for streams, and a configuration.
/// Each test has its own.
/// </summary>
internal sealed class OciCloud : IAsyncDisposable
{
    public const string Uploads = "uploads";
    public const string Streams = "streams";

    /// <summary>An image whose command does nothing for a long time.</summary>
    public const string Idle = "iad.ocir.io/standin/idle:1";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-cloud-");
    private readonly OciBuckets buckets;

    private OciCloud(StandIn standIn)
    {
        StandIn = standIn;
        standIn.CreateBucket(Uploads, hasEvents: true);
        standIn.CreateBucket(Streams);
        standIn.SetImage(Idle, new CommandImage("/bin/sh", "-c", "exec sleep 1000"));
        ConfigFile = standIn.Principals.CreateApiKey().WriteTo(folder.FullName);
        Configuration = new()
        {
            ["AVAILABILITY_DOMAIN"] = "Uocm:IAD-AD-1, Uocm:IAD-AD-2",
            ["COMPARTMENT_ID"] = "ocid1.compartment.oc1..standin",
            ["SHAPE"] = "CI.Standard.E4.Flex",
            ["CONFIG_SHAPE_MEMORY"] = "16",
            ["CONFIG_SHAPE_OCPUS"] = "4",
            ["IMAGE_URL"] = Idle,
            ["OUTPUT_BUCKET"] = Streams,
            ["STREAMING_PROTOCOL"] = "Hls,dash",
            ["SUBNET_ID"] = "ocid1.subnet.oc1.iad.standin",
            ["INPUT_BUCKET"] = Uploads,
            ["LADDERMILL_OCI_ENDPOINT"] = standIn.Address.ToString(),
            ["LADDERMILL_OCI_CONTAINERS_ENDPOINT"] = standIn.Address.ToString(),
        };
        Access = OciOptions.From(
            new Dictionary<string, string?>(Configuration!)
            {
                ["OCI_CONFIG_FILE"] = ConfigFile,
            }.GetValueOrDefault,
            TimeProvider.System
        );
        buckets = new OciBuckets(Access, TimeProvider.System);
    }

    public StandIn StandIn { get; }

    /// <summary>Keys of the function's configuration.</summary>
    public Dictionary<string, string> Configuration { get; }

    public OciOptions Access { get; }

    /// <summary>Of a user who may do everything.</summary>
    public string ConfigFile { get; }

    public IReadOnlyList<InstanceView> Instances => StandIn.Instances;

    /// <param name="time">The services' own.</param>
    public static async Task<OciCloud> StartAsync(TimeProvider? time = null) =>
        new(
            await StandIn.StartAsync(
                time: time,
                cancellation: TestContext.Current.CancellationToken
            )
        );

    public OciObjectStore Bucket(string name) => buckets.Open(name);

    public async Task<StoredObject> UploadAsync(string key, byte[]? content = null) =>
        (
            await Bucket(Uploads)
                .PutAsync(
                    key,
                    content ?? [1, 2, 3],
                    new PutOptions("video/mp4"),
                    PutCondition.None,
                    TestContext.Current.CancellationToken
                )
        )!;

    public Dispatcher Dispatcher(TimeProvider? time = null) =>
        Laddermill.Dispatching.Dispatcher.Open(
            DispatchOptionsReader.Read(Configuration.GetValueOrDefault),
            Access,
            time ?? TimeProvider.System
        );

    public Task<SweepAnswer> SweepAsync(TimeProvider? time = null) =>
        new Sweep(Dispatcher(time)).RunAsync(
            DateTimeOffset.MaxValue,
            TestContext.Current.CancellationToken
        );

    /// <summary>The text of an event about an object, as the service would send it.</summary>
    public static byte[] Event(string key, string type = "createobject", string bucket = Uploads) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["eventType"] = $"com.oraclecloud.objectstorage.{type}",
                ["data"] = new JsonObject
                {
                    ["resourceName"] = key,
                    ["additionalDetails"] = new JsonObject { ["bucketName"] = bucket },
                },
            }.ToJsonString()
        );

    /// <summary>The function's program, as built for tests.</summary>
    public static CommandImage FunctionProgram { get; } =
        new CommandImage(Path.Combine(AppContext.BaseDirectory, "Laddermill.Function"));

    /// <summary>The variables of a new resource principal.</summary>
    public (string, string)[] Principal(string type)
    {
        var own = Path.Combine(folder.FullName, Guid.NewGuid().ToString("n"));
        StandIn.Principals.Tokens.Issue(TimeSpan.FromMinutes(15), type).WriteTo(own);
        return Session.Variables(own);
    }

    /// <summary>The configuration as a function gets it.</summary>
    public IReadOnlyList<(string, string)> FunctionConfiguration =>
        [
            .. Configuration.Select(entry => (entry.Key, entry.Value)),
            ("DOTNET_ROOT", DummyTool.Runtime),
        ];

    public async ValueTask DisposeAsync()
    {
        buckets.Dispose();
        await StandIn.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
