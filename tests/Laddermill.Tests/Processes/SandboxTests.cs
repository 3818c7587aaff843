using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Laddermill.Processes;

namespace Laddermill.Tests.Processes;

public sealed class SandboxTests(TestMedia media)
{
    private const int Limit = 60_000;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_tool_reads_its_source_and_no_file_beside_it()
    {
        RequireBubblewrap();
        var (source, neighbour) = await TwoFilesAsync();

        var seen = await ShellAsync(source, $"cat '{source}'; cat '{neighbour}' /etc/passwd");

        Assert.Equal("the source", seen.Output);
        Assert.NotEqual(0, seen.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_tool_sees_neither_our_environment_nor_our_processes()
    {
        RequireBubblewrap();
        var (source, _) = await TwoFilesAsync();

        var seen = await ShellAsync(
            source,
            "env | cut -d= -f1 | sort | tr '\\n' ' '; cat /proc/[0-9]*/comm | sort -u | tr '\\n' ' '"
        );

        Assert.DoesNotContain("HOME", seen.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet", seen.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Laddermill", seen.Output, StringComparison.Ordinal);
        Assert.Contains("PATH", seen.Output, StringComparison.Ordinal);
        Assert.Contains("bwrap", seen.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_tool_reaches_no_listener_of_this_machine()
    {
        RequireBubblewrap();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (source, _) = await TwoFilesAsync();
        var command = new ToolCommand(
            "ffmpeg",
            ["-v", "error", "-f", "mpegts", "-i", $"tcp://{listener.LocalEndpoint}"]
        )
        {
            Confinement = new Confinement([source], []),
        };

        await using var tool = ToolProcess.Start(command, cancellationToken: Timeout);
        var exit = await tool.Completion;

        Assert.NotEqual(0, exit.ExitCode);
        Assert.False(listener.Pending());
    }

    [Theory(Timeout = Limit)]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Off)]
    public async Task A_tool_writes_no_file_and_gains_no_privilege_in_any_tier(SandboxMode mode)
    {
        Sandbox.Choose(mode);
        var (source, _) = await TwoFilesAsync();
        var beside = Path.Combine(Path.GetDirectoryName(source)!, "made");

        var seen = await ShellAsync(
            source,
            $"grep -E 'NoNewPrivs|CapEff' /proc/self/status | cut -f2 | tr '\\n' ' '; echo x > '{beside}'"
        );

        Assert.Equal("0000000000000000 1", seen.Output.Trim());
        Assert.True(!File.Exists(beside) || new FileInfo(beside).Length == 0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_process_of_a_killed_sandbox_does_not_survive()
    {
        RequireBubblewrap();
        var (source, _) = await TwoFilesAsync();
        var marker = $"{Random.Shared.Next(1_000_000, 9_000_000)}";
        var command = new ToolCommand("sh", ["-c", $"sleep {marker} & echo started; wait"])
        {
            Confinement = new Confinement([source], []),
        };
        await using var tool = ToolProcess.Start(command, ToolOutput.Captured, null, Timeout);
        Assert.Equal("started", await new StreamReader(tool.StandardOutput).ReadLineAsync(Timeout));
        var inside = Process.GetProcessesByName("sleep").Where(IsOurs).Select(each => each.Id);
        var ids = inside.ToList();

        tool.Kill();
        await tool.Completion;

        Assert.NotEmpty(ids);
        foreach (var id in ids)
        {
            await DummyTool.WaitForDeathAsync(id, Timeout);
        }

        bool IsOurs(Process process) =>
            File.ReadAllText($"/proc/{process.Id}/cmdline")
                .Contains(marker, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_that_is_no_mode_is_refused() =>
        Assert.Throws<SandboxException>(() => Sandbox.Parse("maybe"));

    private static void RequireBubblewrap()
    {
        Sandbox.Choose(SandboxMode.Auto);
        Assert.SkipUnless(Sandbox.Tier == "bubblewrap", $"No sandbox: {Sandbox.Shortcoming}");
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
