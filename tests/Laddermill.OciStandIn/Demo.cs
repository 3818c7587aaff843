using System.Diagnostics;
using Laddermill.OciStandIn.Containers;

namespace Laddermill.OciStandIn;

/// <summary>The whole flow in one go: an installation of Laddermill, an upload by the official SDK, and what came of it as files.</summary>
/// <param name="Worker">Stands for the worker's image.</param>
/// <param name="Function">Stands for the function's.</param>
/// <param name="Uploader">The script upload.mjs, with the SDK beside it.</param>
/// <param name="Folder">Where the streams are left.</param>
internal sealed record Demo(Image Worker, Image Function, string Uploader, string Folder)
{
    private const string Uploads = "uploads";
    private const string Streams = "streams";
    private static readonly string Runtime = Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../..")
    );

    private const string WorkerName = "demo.ocir.io/standin/laddermill/worker:latest";

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string film)
    {
        await using var cloud = await StandIn.StartAsync();
        Install(cloud);
        var config = cloud
            .Principals.CreateApiKey()
            .WriteTo(Directory.CreateTempSubdirectory("oci-demo-").FullName);
        var name = Path.GetFileName(film);
        Say($"the official OCI SDK uploads {name} into the bucket {Uploads}");
        if (await UploadAsync(cloud, config, name, film) is not 0 and var code)
            return code;
        await cloud.Events.SettleAsync();
        if (cloud.Instances is not [var instance])
        {
            Say("no container instance was started; the function's answer is above.");
            return 1;
        }
        Say($"{instance.Id} works; this takes about as long as the film");
        await instance.Ended;
        Directory.Delete(Path.GetDirectoryName(config)!, recursive: true);
        if (instance.ExitCode != 0)
        {
            Say($"it failed with exit code {instance.ExitCode}:\n{instance.Log}");
            return 1;
        }
        await cloud.SaveAsync(Streams, Folder);
        Say($"the bucket {Streams} is in {Folder}");
        Say($"play it: ffplay -allowed_extensions ALL '{Folder}/{name}/master.m3u8'");
        return 0;
    }

    private void Install(StandIn cloud)
    {
        cloud.CreateBucket(Uploads, hasEvents: true);
        cloud.CreateBucket(Streams);
        cloud.Policy.AllowObjects("fnfunc", "read", Uploads);
        cloud.Policy.AllowObjects("fnfunc", "manage", Streams, ".laddermill/");
        cloud.Policy.AllowInstances("fnfunc");
        cloud.Policy.AllowObjects("computecontainerinstance", "read", Uploads);
        cloud.Policy.AllowObjects("computecontainerinstance", "manage", Streams);
        // Programs that stand for images look for the runtime that we run on.
        (string, string)[] surroundings = Worker is CommandImage ? [("DOTNET_ROOT", Runtime)] : [];
        cloud.SetImage(WorkerName, Worker, surroundings);
        var function = cloud.CreateFunction(
            Function,
            [
                .. surroundings,
                ("AVAILABILITY_DOMAIN", "Uocm:IAD-AD-1"),
                ("COMPARTMENT_ID", "ocid1.compartment.oc1..standin"),
                ("SHAPE", "CI.Standard.E4.Flex"),
                ("CONFIG_SHAPE_MEMORY", "16"),
                ("CONFIG_SHAPE_OCPUS", "4"),
                ("IMAGE_URL", WorkerName),
                ("OUTPUT_BUCKET", Streams),
                ("STREAMING_PROTOCOL", "HLS,DASH"),
                ("SUBNET_ID", "ocid1.subnet.oc1.iad.standin"),
                ("LADDERMILL_OCI_ENDPOINT", cloud.Address.ToString()),
                ("LADDERMILL_OCI_CONTAINERS_ENDPOINT", cloud.Address.ToString()),
            ]
        );
        cloud.Events.AddRule(
            """{"eventType":"com.oraclecloud.objectstorage.*","data":{"additionalDetails":{"bucketName":"uploads"}}}""",
            async text =>
            {
                Say("Object Storage tells Events, whose rule calls the function");
                var answer = await function.InvokeAsync(text, CancellationToken.None);
                Say($"it answers {answer.Body}{answer.Problem}");
            }
        );
    }

    private async Task<int> UploadAsync(StandIn cloud, string config, string name, string film)
    {
        using var node = new Process
        {
            StartInfo = new ProcessStartInfo("node", [Uploader, Uploads, name, film])
            {
                Environment =
                {
                    ["LADDERMILL_OCI_ENDPOINT"] = cloud.Address.ToString(),
                    ["OCI_CONFIG_FILE"] = config,
                },
            },
        };
        node.Start();
        await node.WaitForExitAsync();
        return node.ExitCode;
    }

    private static void Say(string words) => Console.Error.WriteLine($"oci-demo: {words}");
}
