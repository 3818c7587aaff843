using System.Net;
using System.Net.Sockets;
using Laddermill.Media;
using Laddermill.Processes;
using Laddermill.Storage.FileSystem;
using Laddermill.Storage.Gateway;

namespace Laddermill.Tests.Processes;

/// <summary>Tools in a network of their own that read a source from our gateway.</summary>
public sealed class GatewayEntranceTests(TestMedia media)
{
    private const int Limit = 60_000;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [InlineData(SandboxMode.Auto, false)]
    [InlineData(SandboxMode.Off, true)]
    public async Task A_tool_plays_its_source_and_reaches_this_machine_only_without_a_sandbox(
        SandboxMode mode,
        bool reaches
    )
    {
        SandboxTests.Require(mode);
        await using var gateway = await OpenAsync();
        var input = MediaInput.FromGateway(gateway.Address, "film.mp4", gateway.ServeAsync);
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        var played = await FfmpegAsync(input, "-f", "null", "-");
        await FfmpegAsync(input, "-f", "mpegts", $"tcp://{tcp.LocalEndpoint}");
        await FfmpegAsync(input, "-f", "mpegts", $"udp://{udp.Client.LocalEndPoint}");

        Assert.True(played.IsSuccess, string.Join('\n', played.ErrorTail));
        Assert.Equal((reaches, reaches), (tcp.Pending(), udp.Available > 0));
    }

    [Fact(Timeout = Limit)]
    public async Task What_listens_on_this_machine_at_the_gateways_own_port_is_not_reached()
    {
        SandboxTests.Require(SandboxMode.Auto);
        using var outside = new TcpListener(IPAddress.Loopback, 0);
        outside.Start();
        var served = new TaskCompletionSource();
        var input = MediaInput.FromGateway(
            new Uri($"http://{outside.LocalEndpoint}/x"),
            "x.mp4",
            async (inside, closed) =>
            {
                using var connection = await inside.AcceptAsync(closed);
                served.SetResult();
            }
        );

        await FfmpegAsync(input, "-f", "null", "-");

        Assert.True(served.Task.IsCompletedSuccessfully);
        Assert.False(outside.Pending());
    }

    [Fact(Timeout = Limit)]
    public async Task The_door_closes_when_the_tool_is_killed()
    {
        SandboxTests.Require(SandboxMode.Auto);
        var (open, closed) = (new TaskCompletionSource<Socket>(), new TaskCompletionSource());
        var input = MediaInput.FromGateway(
            new Uri("http://127.0.0.1:50007/x"),
            "x.mp4",
            async (inside, token) =>
            {
                using var registered = token.Register(closed.SetResult);
                open.SetResult(inside);
                await closed.Task;
            }
        );
        await using var tool = Start(input, "-f", "null", "-");
        var listener = await open.Task;
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 50_007), listener.LocalEndPoint);

        tool.Kill();
        await tool.Completion;
        await closed.Task;

        // Whoever served it has let go by now, or does so at this moment.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!listener.SafeHandle.IsClosed)
        {
            await timer.WaitForNextTickAsync(Timeout);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_tool_that_is_killed_before_it_opens_its_door_ends_all_the_same()
    {
        SandboxTests.Require(SandboxMode.Auto);
        var input = MediaInput.FromGateway(
            new Uri("http://127.0.0.1:50007/x"),
            "x.mp4",
            (_, _) => Task.CompletedTask
        );
        await using var tool = Start(input, "-f", "null", "-");

        tool.Kill();

        Assert.False((await tool.Completion).IsSuccess);
    }

    [Fact(Timeout = Limit)]
    public async Task A_socket_that_is_handed_over_stays_what_it_is()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (ours, theirs) = FileHandover.Pair();
        using (ours)
        using (theirs)
        {
            FileHandover.Send((int)theirs.DangerousGetHandle(), listener.Server);
            await ours.ReceiveAsync(Memory<byte>.Empty, Timeout);

            using var handed = FileHandover.Receive(ours)!;

            using var client = new TcpClient(AddressFamily.InterNetwork);
            var accepted = handed.AcceptAsync(Timeout);
            await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Timeout);
            using var connection = await accepted;
            Assert.Equal(client.Client.LocalEndPoint, connection.RemoteEndPoint);
        }
    }

    [Fact]
    public void A_launcher_that_cannot_hand_over_says_so_and_starts_nothing()
    {
        var said = new StringWriter();

        var code = Launcher.Become(["listen", "0", "99999", "--", "/bin/true"], said);

        Assert.Equal(126, code);
        Assert.Contains("the kernel refused", said.ToString(), StringComparison.Ordinal);
    }

    private async Task<RangeGateway> OpenAsync()
    {
        var folder = media.NewFolder();
        File.Copy(await media.VideoAsync(), Path.Join(folder, "film.mp4"));
        var store = new FileSystemObjectStore(folder);
        var found = await store.HeadAsync("film.mp4", Timeout);
        return new RangeGateway(store, found!, TimeProvider.System);
    }

    private static async Task<ToolExit> FfmpegAsync(MediaInput input, params string[] output)
    {
        await using var tool = Start(input, output);
        return await tool.Completion;
    }

    private static ToolProcess Start(MediaInput input, params string[] output) =>
        ToolProcess.Start(
            new ToolCommand(
                "ffmpeg",
                ["-v", "error", .. input.Options, "-i", input.Address, "-t", "0.2", .. output]
            )
            {
                Confinement = input.Confine(),
            },
            cancellationToken: Timeout
        );
}
