using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Laddermill.Processes;
using Laddermill.Storage.S3;
using Laddermill.Tests.TestServers;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace Laddermill.Tests.TestServers;

/// <summary>
/// A real S3 server (Ceph's object gateway with a monitor and one store in memory, 8 GiB at most) for all tests of the run: started by the first
/// that asks, in a private folder on ports of its own, and gone with the run, however that ends.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    private const string AccessKey = "test";
    private const string SecretKey = "testsecret";
    private static readonly string[] Programs =
    [
        "ceph",
        "ceph-mon",
        "ceph-osd",
        "monmaptool",
        "radosgw",
        "radosgw-admin",
    ];

    private readonly List<ToolProcess> daemons = [];
    private DirectoryInfo? folder;
    private Task<Uri>? started;

    /// <summary>How to reach the server. Skips the test, loudly, where the server is not installed.</summary>
    public async Task<S3Options> StartAsync(CancellationToken cancellation)
    {
        foreach (var program in Programs)
            Assert.SkipWhen(
                ToolPath.Find(program) is null,
                $"no S3 server: '{program}' is not installed (Debian packages ceph-mon ceph-osd radosgw)"
            );
        lock (daemons)
            started ??= StartDaemonsAsync();
        return new S3Options
        {
            Endpoint = await started.WaitAsync(cancellation),
            Credentials = new BasicAWSCredentials(AccessKey, SecretKey),
        };
    }

    /// <summary>A bucket of the test class's own.</summary>
    public async Task<S3ObjectStore> BucketAsync(string name, CancellationToken cancellation)
    {
        var client = (await StartAsync(cancellation)).CreateClient();
        await client.PutBucketAsync(name, cancellation);
        return new S3ObjectStore(name, client);
    }

    /// <summary>What a program of its own needs to reach the server.</summary>
    public async Task<ToolEnvironment> EnvironmentAsync(CancellationToken cancellation) =>
        ToolEnvironment
            .Inherited.With(
                "AWS_ENDPOINT_URL_S3",
                (await StartAsync(cancellation)).Endpoint!.ToString()
            )
            .With("AWS_ACCESS_KEY_ID", AccessKey)
            .With("AWS_SECRET_ACCESS_KEY", SecretKey);

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in Enumerable.Reverse(daemons))
            await daemon.DisposeAsync();
        daemons.Clear();
        folder?.Delete(recursive: true);
    }

    private async Task<Uri> StartDaemonsAsync()
    {
        try
        {
            return await TryStartDaemonsAsync();
        }
        // Between our choosing of a port and a daemon's listening on it anybody may have taken it.
        catch (ToolFailedException)
        {
            await DisposeAsync();
            return await TryStartDaemonsAsync();
        }
    }

    private async Task<Uri> TryStartDaemonsAsync()
    {
        folder = Directory.CreateTempSubdirectory("laddermill-ceph-");
        var (monitor, port) = (FreePort(), FreePort());
        var (cluster, store) = (Guid.NewGuid(), Guid.NewGuid());
        folder.CreateSubdirectory("osd");
        await File.WriteAllTextAsync(At("ceph.conf"), Configuration(cluster, monitor, port));
        await RunAsync(
            "monmaptool",
            "--create",
            "--addv",
            "a",
            $"[v1:127.0.0.1:{monitor}]",
            "--fsid",
            $"{cluster}",
            At("monmap")
        );
        await RunAsync("ceph-mon", "--mkfs", "-i", "a", "--monmap", At("monmap"));
        Start("ceph-mon", "-f", "-i", "a");
        await RunAsync("ceph", "osd", "new", $"{store}", "0");
        await RunAsync("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", $"{store}");
        await RunAsync("ceph", "osd", "crush", "add", "osd.0", "1", "host=here", "root=default");
        Start("ceph-osd", "-f", "-i", "0");
        Start("radosgw", "-f", "-n", "client.rgw.a");
        await RunAsync(
            "radosgw-admin",
            "user",
            "create",
            "--uid=t",
            "--display-name=t",
            $"--access-key={AccessKey}",
            $"--secret-key={SecretKey}"
        );
        await WaitForAsync(port);
        return new Uri($"http://127.0.0.1:{port}");
    }

    private string At(string name) => Path.Join(folder!.FullName, name);

    private string Configuration(Guid cluster, int monitor, int port) =>
        $"""
            [global]
            fsid = {cluster}
            mon host = [v1:127.0.0.1:{monitor}]
            mon initial members = a
            auth cluster required = none
            auth service required = none
            auth client required = none
            osd pool default size = 1
            osd pool default min size = 1
            mon allow pool size one = true
            osd crush chooseleaf type = 0
            osd pool default pg num = 8
            osd pool default pgp num = 8
            mon max pg per osd = 1000
            osd objectstore = memstore
            memstore device bytes = 8589934592
            mon data = {At("mon")}
            osd data = {At("osd")}
            run dir = {At("run")}
            log file = {At("$name.log")}
            admin socket = {At("$name.asok")}
            mon data avail crit = 1
            # Left to do this for itself, a store asks the monitor too early on a busy machine, is told "wrong fsid", and ends.
            osd class update on start = false
            osd crush update on start = false
            public addr = 127.0.0.1
            [client.rgw.a]
            rgw frontends = beast endpoint=127.0.0.1:{port}
            rgw data = {At("rgw")}

            """;

    private ToolCommand Command(string program, string[] arguments) =>
        new(program, [.. arguments])
        {
            Environment = ToolEnvironment.Clean.With("CEPH_CONF", At("ceph.conf")),
        };

    private void Start(string program, params string[] arguments) =>
        daemons.Add(ToolProcess.Start(Command(program, arguments)));

    private async Task RunAsync(string program, params string[] arguments)
    {
        // A tool waits for ever for a daemon that has died.
        await using var tool = ToolProcess.Start(Command(program, arguments));
        await Task.WhenAny([tool.Completion, .. daemons.Select(daemon => daemon.Completion)]);
        await EnsureDaemonsStayAsync();
        await tool.EnsureSuccessAsync("The S3 server for the tests does not start.");
    }

    private async Task WaitForAsync(int port)
    {
        while (true)
        {
            await EnsureDaemonsStayAsync();
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private async Task EnsureDaemonsStayAsync()
    {
        foreach (var daemon in daemons.Where(daemon => daemon.Completion.IsCompleted))
        {
            await daemon.EnsureSuccessAsync("The S3 server for the tests does not stay.");
            Assert.Fail("A daemon of the S3 server for the tests ended by itself.");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
