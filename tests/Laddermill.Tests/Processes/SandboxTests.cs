using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Laddermill.Processes;

namespace Laddermill.Tests.Processes;

public sealed class SandboxTests(TestMedia media)
{
    private const int Limit = 60_000;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    /// <summary>The tiers that keep files and networks away.</summary>
    public static TheoryData<SandboxMode> Tiers => [SandboxMode.Auto, SandboxMode.Landlock];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Tiers))]
    public async Task A_tool_reads_its_source_and_no_file_beside_it(SandboxMode mode)
    {
        Require(mode);
        var (source, neighbour) = await TwoFilesAsync();

        var seen = await ShellAsync(source, $"cat '{source}'; cat '{neighbour}' /etc/passwd");

        Assert.Equal("the source", seen.Output);
        Assert.NotEqual(0, seen.ExitCode);
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Tiers))]
    public async Task A_tool_sees_neither_our_environment_nor_our_processes(SandboxMode mode)
    {
        Require(mode);
        var (source, _) = await TwoFilesAsync();

        var seen = await ShellAsync(
            source,
            $"env | cut -d= -f1 | sort | tr '\\n' ' '; cat /proc/[0-9]*/comm /proc/{Environment.ProcessId}/environ | sort -u | tr '\\n\\0' '  '"
        );

        Assert.DoesNotContain("HOME", seen.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET", seen.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet", seen.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Laddermill", seen.Output, StringComparison.Ordinal);
        Assert.Contains("PATH", seen.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_sandbox_our_environment_is_hidden_still()
    {
        Sandbox.Choose(SandboxMode.Off);
        OwnProcess.Hide();
        var (source, _) = await TwoFilesAsync();

        var seen = await ShellAsync(
            source,
            $"cat '{source}' /proc/{Environment.ProcessId}/environ; ls /tmp | grep -c 'dotnet-diagnostic-{Environment.ProcessId}-'"
        );

        Assert.Equal("the source0", seen.Output.Trim());
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Tiers))]
    [InlineData(SandboxMode.Off)]
    public async Task A_tool_reads_inputs_beside_its_stdin_and_no_other_tool_does(SandboxMode mode)
    {
        Require(mode);
        using var inputs = new ToolInputs(2);
        var numbers = inputs.Numbers.ToArray();
        var command = new ToolCommand(
            "bash",
            ["-c", string.Join("; ", numbers.Select(number => $"cat <&{number}"))]
        );
        var reader = command with { Confinement = Confinement.Pipes with { Inputs = inputs } };
        await using var tool = ToolProcess.Start(reader, ToolOutput.Captured, null, Timeout);
        await using var other = ToolProcess.Start(
            command with
            {
                Confinement = Confinement.Pipes,
            },
            ToolOutput.Captured,
            null,
            Timeout
        );
        for (var index = 0; index < numbers.Length; index++)
        {
            await using var input = inputs.Open(index);
            await input.WriteAsync(Encoding.UTF8.GetBytes($"input {index}\n"), Timeout);
        }

        Assert.Equal(
            "input 0\ninput 1\n",
            await new StreamReader(tool.StandardOutput).ReadToEndAsync(Timeout)
        );
        Assert.Equal("", await new StreamReader(other.StandardOutput).ReadToEndAsync(Timeout));
        Assert.NotEqual(0, (await other.Completion).ExitCode);
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Tiers))]
    public async Task A_tool_reaches_no_listener_of_this_machine(SandboxMode mode)
    {
        Require(mode);

        Assert.Equal((false, false), await ReachAsync(gateway: null));
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_sandbox_a_tool_would_reach_them()
    {
        Sandbox.Choose(SandboxMode.Off);

        Assert.Equal((true, true), await ReachAsync(gateway: null));
    }

    [Fact(Timeout = Limit)]
    public async Task By_Landlock_a_tool_reaches_the_port_of_our_gateway_and_no_other()
    {
        Require(SandboxMode.Landlock);
        Assert.SkipUnless(Landlock.Version >= 4, "This kernel's Landlock knows no ports.");

        Assert.Equal((false, false), await ReachAsync(gateway: 1));
        Assert.Equal((true, false), await ReachAsync(gateway: 0));
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Tiers))]
    public async Task A_tool_signals_no_process_of_ours(SandboxMode mode)
    {
        Require(mode);
        var (source, _) = await TwoFilesAsync();
        await using var ours = ToolProcess.Start(
            new ToolCommand("sleep", ["1000"]),
            cancellationToken: Timeout
        );

        var seen = await ShellAsync(source, $"kill -9 {ours.ProcessId}");

        Assert.NotEqual(0, seen.ExitCode);
        Assert.True(DummyTool.IsAlive(ours.ProcessId));
    }

    [Theory(Timeout = Limit)]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Landlock)]
    [InlineData(SandboxMode.Off)]
    public async Task A_tool_writes_no_file_and_gains_no_privilege_in_any_tier(SandboxMode mode)
    {
        Sandbox.Choose(mode);
        var (source, _) = await TwoFilesAsync();
        var beside = Path.Combine(Path.GetDirectoryName(source)!, "made");

        var seen = await ShellAsync(
            source,
            // In a shell of its own, since whoever writes a byte is killed.
            $"(echo x > '{beside}'); grep -E 'NoNewPrivs|CapEff' /proc/self/status | cut -f2 | tr '\\n' ' '"
        );

        // By Landlock not even this can be read.
        Assert.Equal(mode == SandboxMode.Landlock ? "" : "0000000000000000 1", seen.Output.Trim());
        Assert.True(!File.Exists(beside) || new FileInfo(beside).Length == 0);
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Tiers))]
    public async Task A_process_of_a_killed_sandbox_does_not_survive(SandboxMode mode)
    {
        Require(mode);
        var (source, _) = await TwoFilesAsync();
        var marker = $"{Random.Shared.Next(1_000_000, 9_000_000)}";
        var command = new ToolCommand("sh", ["-c", $"sleep {marker} & echo started; wait"])
        {
            Confinement = new Confinement([source], []),
        };
        await using var tool = ToolProcess.Start(command, ToolOutput.Captured, null, Timeout);
        Assert.Equal("started", await new StreamReader(tool.StandardOutput).ReadLineAsync(Timeout));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        int? inside;
        // Forked, and perhaps not yet what it is to become.
        while ((inside = Process.GetProcessesByName("sleep").FirstOrDefault(IsOurs)?.Id) is null)
        {
            await timer.WaitForNextTickAsync(Timeout);
        }

        tool.Kill();
        await tool.Completion;

        await DummyTool.WaitForDeathAsync(inside.Value, Timeout);

        bool IsOurs(Process process) =>
            File.ReadAllText($"/proc/{process.Id}/cmdline")
                .Contains(marker, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_that_is_no_mode_is_refused() =>
        Assert.Throws<SandboxException>(() => Sandbox.Parse("maybe"));

    /// <summary>Chooses, and skips the test where this tier cannot be had.</summary>
    internal static void Require(SandboxMode mode)
    {
        Sandbox.Choose(mode);
        if (mode == SandboxMode.Landlock)
        {
            Assert.SkipWhen(Launcher.Obstacle is not null, $"No Landlock: {Launcher.Obstacle}");
        }
        else if (mode != SandboxMode.Off)
        {
            Assert.SkipUnless(Sandbox.Tier == "bubblewrap", $"No sandbox: {Sandbox.Shortcoming}");
        }
    }

    /// <summary>Lets ffmpeg send to a TCP and to a UDP listener.</summary>
    /// <param name="gateway">A port that it may reach; 0: that of the TCP listener.</param>
    /// <returns>Which were reached.</returns>
    private static async Task<(bool Tcp, bool Udp)> ReachAsync(int? gateway)
    {
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)tcp.LocalEndpoint).Port;
        string[] addresses = [$"udp://{udp.Client.LocalEndPoint}", $"tcp://{tcp.LocalEndpoint}"];
        foreach (var address in addresses)
        {
            var command = new ToolCommand(
                "ffmpeg",
                [
                    .. "-v error -f lavfi -i testsrc2=size=64x64 -frames:v 1 -f mpegts".Split(' '),
                    address,
                ]
            )
            {
                Confinement = Confinement.Pipes with
                {
                    Gateway = gateway is { } wanted
                        ? new(wanted == 0 ? port : wanted, (_, _) => Task.CompletedTask)
                        : null,
                },
            };
            await using var tool = ToolProcess.Start(command, cancellationToken: Timeout);
            await tool.Completion;
        }
        return (tcp.Pending(), udp.Available > 0);
    }

    private async Task<(string Source, string Neighbour)> TwoFilesAsync()
    {
        var folder = media.NewFolder();
        var (source, neighbour) = (Path.Combine(folder, "a"), Path.Combine(folder, "b"));
        await File.WriteAllTextAsync(source, "the source", Timeout);
        await File.WriteAllTextAsync(neighbour, "the canary", Timeout);
        return (source, neighbour);
    }

    private static async Task<(string Output, int ExitCode)> ShellAsync(
        string source,
        string script
    )
    {
        var command = new ToolCommand("sh", ["-c", script])
        {
            Confinement = new Confinement([source], []),
        };
        await using var tool = ToolProcess.Start(command, ToolOutput.Captured, null, Timeout);
        var output = await new StreamReader(tool.StandardOutput).ReadToEndAsync(Timeout);
        return (output, (await tool.Completion).ExitCode);
    }
}
