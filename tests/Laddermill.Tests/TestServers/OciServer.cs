using Laddermill.OciStandIn;
using Laddermill.Processes;
using Laddermill.Storage.Oci;

namespace Laddermill.Tests.TestServers;

/// <summary>The stand-in for Oracle Cloud in the tests' own process, with a bucket and an API key, for one test class.</summary>
public sealed class OciServer : IAsyncLifetime
{
    public const string Bucket = "films";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-oci-");
    private string config = "";

    public StandIn StandIn { get; private set; } = null!;

    public string Folder => folder.FullName;

    public async ValueTask InitializeAsync()
    {
        StandIn = await StandIn.StartAsync(cancellation: TestContext.Current.CancellationToken);
        StandIn.CreateBucket(Bucket);
        config = StandIn.Principals.CreateApiKey().WriteTo(Folder);
    }

    public async ValueTask DisposeAsync()
    {
        await StandIn.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>What the environment of a client holds, changed by <paramref name="changes"/>.</summary>
    public OciOptions Options(params (string Name, string? Value)[] changes)
    {
        var variables = new Dictionary<string, string?>
        {
            ["LADDERMILL_OCI_ENDPOINT"] = StandIn.Address.ToString(),
            ["OCI_CONFIG_FILE"] = config,
        };
        foreach (var (name, value) in changes)
            variables[name] = value;
        return OciOptions.From(variables.GetValueOrDefault, TimeProvider.System);
    }

    /// <summary>What a program of its own needs to reach the stand-in.</summary>
    public ToolEnvironment Environment =>
        ToolEnvironment
            .Inherited.With("LADDERMILL_OCI_ENDPOINT", StandIn.Address.ToString().TrimEnd('/'))
            .With("OCI_CONFIG_FILE", config);

    public OciObjectStore Store(string bucket = Bucket) => new(bucket, null, Options());

    /// <summary>A store that tries again at most <paramref name="retries"/> times, and puts in parts of 10 MiB.</summary>
    internal OciObjectStore Store(int retries) =>
        new(
            Bucket,
            null,
            new OciClient(Options(), TimeProvider.System, retries),
            TimeProvider.System,
            partSize: 10 << 20
        );
}
