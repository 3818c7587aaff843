using Laddermill.Media;
using Laddermill.Processes;
using Laddermill.Storage.FileSystem;
using Laddermill.Storage.Gateway;
using Laddermill.Tests.Processes;

namespace Laddermill.Tests.Media;

/// <summary>The attack files of the corpus as objects of a bucket, which tools read through our gateway.</summary>
[Collection(nameof(AttackTests))]
public sealed class BucketAttackTests(TestMedia media)
{
    private const int Limit = 120_000;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Landlock)]
    [InlineData(SandboxMode.Off)]
    public async Task Past_the_sniffer_the_whitelists_refuse_every_attack_from_a_bucket_too(
        SandboxMode mode
    )
    {
        Sandbox.Choose(mode);
        using var ports = new AttackTests.Listeners();
        foreach (var name in AttackTests.Attacks)
        {
            await using var gateway = await OpenAsync(name);
            var input = MediaInput.FromGateway(gateway.Address, name, gateway.ServeAsync);
            await using var tool = ToolProcess.Start(
                FfprobeCommand.For(input, ["-show_format", "-show_streams", "-show_packets"]),
                cancellationToken: Timeout
            );

            var exit = await tool.Completion;

            Assert.NotEqual(0, exit.ExitCode);
            Assert.Contains(
                exit.ErrorTail,
                line => line.Contains("not on whitelist", StringComparison.Ordinal)
            );
            Assert.True(ports.AreUntouched);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task With_all_whitelists_off_an_attack_from_a_bucket_reaches_a_listener()
    {
        Sandbox.Choose(SandboxMode.Off);
        using var ports = new AttackTests.Listeners();
        await using var gateway = await OpenAsync("attack_hls_http_loopback.mp4");
        await using var tool = Start(gateway);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);

        while (ports.AreUntouched)
        {
            Assert.False(tool.Completion.IsCompleted);
            await timer.WaitForNextTickAsync(Timeout);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Landlock)]
    public async Task With_all_whitelists_off_the_sandbox_alone_keeps_it_away(SandboxMode mode)
    {
        SandboxTests.Require(mode);
        Assert.SkipWhen(
            mode == SandboxMode.Landlock && Landlock.Version < 4,
            "This kernel's Landlock knows no ports."
        );
        using var ports = new AttackTests.Listeners();
        await using var gateway = await OpenAsync("attack_hls_http_loopback.mp4");
        await using var tool = Start(gateway);

        var exit = await tool.Completion;

        Assert.NotEqual(0, exit.ExitCode);
        Assert.True(ports.AreUntouched);
    }

    private static ToolProcess Start(RangeGateway gateway) =>
        ToolProcess.Start(
            new ToolCommand(
                "ffprobe",
                ["-v", "error", "-protocol_whitelist", "http,tcp", "-i", $"{gateway.Address}"]
            )
            {
                Confinement = MediaInput
                    .FromGateway(gateway.Address, "film.mp4", gateway.ServeAsync)
                    .Confine(),
            },
            cancellationToken: Timeout
        );

    private async Task<RangeGateway> OpenAsync(string name)
    {
        var folder = media.NewFolder();
        File.Copy(TestMedia.CorpusFile(name), Path.Join(folder, name));
        var store = new FileSystemObjectStore(folder);
        return new RangeGateway(
            store,
            (await store.HeadAsync(name, Timeout))!,
            TimeProvider.System
        );
    }
}
