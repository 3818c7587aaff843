using System.Diagnostics;
using Laddermill.Processes;

namespace Laddermill.Tests.Processes;

public sealed class ToolProcessTests
{
    private const int Limit = 30_000;

    private static readonly TimeSpan LongGrace = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan NoGrace = TimeSpan.Zero;

    [Fact(Timeout = Limit)]
    public async Task Arguments_reach_the_tool_as_they_are_and_its_stdin_is_empty() =>
        Assert.Equal(
            ["$HOME; rm *", "two words", "'quoted'", "stdin: 0"],
            await DummyTool.ReadLinesAsync(
                DummyTool.Command("echo", "$HOME; rm *", "two words", "'quoted'"),
                TestContext.Current.CancellationToken
            )
        );

    [Fact(Timeout = Limit)]
    public async Task A_tool_reads_what_it_is_given_and_may_stop_reading()
    {
        var timeout = TestContext.Current.CancellationToken;
        var large = new byte[1 << 20];
        var counts = new ToolCommand("wc", ["-c"]) { Input = [large, large] };
        Assert.Equal(["2097152"], await DummyTool.ReadLinesAsync(counts, timeout));
        var reads = new ToolCommand("head", ["-c", "0"]) { Input = [large, large] };
        Assert.Empty(await DummyTool.ReadLinesAsync(reads, timeout));
    }

    [Fact(Timeout = Limit)]
    public async Task A_tool_gets_an_almost_empty_environment()
    {
        var timeout = TestContext.Current.CancellationToken;
        Environment.SetEnvironmentVariable("LADDERMILL_TEST_SECRET", "a credential");
        var lines = await DummyTool.ReadLinesAsync(
            DummyTool.Command("environment") with
            {
                Environment = DummyTool.Command().Environment.With("ADDED", "yes"),
            },
            timeout
        );
        var names = lines.Select(line => line.Split('=')[0]);
        Assert.Contains("ADDED=yes", lines);
        Assert.Contains("LANG=C.UTF-8", lines);
        Assert.Subset(
            new HashSet<string> { "PATH", "HOME", "TMPDIR", "LANG", "ADDED", "DOTNET_ROOT" },
            names.ToHashSet()
        );
    }

    [Fact(Timeout = Limit)]
    public async Task Our_whole_environment_is_handed_on_only_when_asked_for()
    {
        var timeout = TestContext.Current.CancellationToken;
        Environment.SetEnvironmentVariable("LADDERMILL_TEST_SECRET", "a credential");
        var command = new ToolCommand("env", []) { Environment = ToolEnvironment.Inherited };
        Assert.Contains(
            "LADDERMILL_TEST_SECRET=a credential",
            await DummyTool.ReadLinesAsync(command, timeout)
        );
    }

    [Fact(Timeout = Limit)]
    public async Task A_tool_runs_in_the_directory_that_it_was_given()
    {
        var command = new ToolCommand("pwd", []) { WorkingDirectory = "/usr" };
        Assert.Equal(
            ["/usr"],
            await DummyTool.ReadLinesAsync(command, TestContext.Current.CancellationToken)
        );
    }

    [Fact(Timeout = Limit)]
    public async Task A_failure_shows_the_code_the_command_and_the_last_lines_of_stderr()
    {
        var timeout = TestContext.Current.CancellationToken;
        var command = DummyTool.Command("fail", "7", "opening it's film", "no such track");
        await using var tool = ToolProcess.Start(command, cancellationToken: timeout);
        var error = await Assert.ThrowsAsync<ToolFailedException>(() =>
            tool.EnsureSuccessAsync("Could not read 'film.mp4'.")
        );
        Assert.Equal(7, error.ExitCode);
        Assert.Equal(["opening it's film", "no such track"], error.ErrorTail);
        Assert.Equal(
            $"""
            Could not read 'film.mp4'.
              exit code: 7
              command: {command.FileName} fail 7 'opening it'\''s film' 'no such track'
              last lines of its stderr:
                opening it's film
                no such track
            """,
            error.Message
        );
    }

    [Fact]
    public void A_tool_that_is_not_installed_is_named_with_the_way_to_install_it()
    {
        var error = Assert.Throws<ToolNotFoundException>(() =>
            ToolProcess.Start(
                new ToolCommand("no-such-tool", []) { Package = "ffmpeg" },
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("'no-such-tool' was not found on PATH", error.Message);
        Assert.Contains("apt-get install ffmpeg", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task A_flood_of_stderr_neither_stops_the_tool_nor_fills_memory()
    {
        var timeout = TestContext.Current.CancellationToken;
        await using var tool = ToolProcess.Start(
            DummyTool.Command("flood", "20000"),
            cancellationToken: timeout
        );
        var exit = await tool.EnsureSuccessAsync("The flood failed.");
        Assert.StartsWith("line 19999", exit.ErrorTail[^1]);
        Assert.InRange(exit.ErrorTail.Sum(line => line.Length), 30_000, ErrorTail.DefaultCapacity);
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_tool_uses_is_told_while_it_runs_and_with_its_end()
    {
        var timeout = TestContext.Current.CancellationToken;
        var (tool, _) = await DummyTool.StartReadyAsync(timeout, "sleep");
        var running = tool.MeasureUsage();
        Assert.True(running?.ProcessorTime > TimeSpan.Zero);
        Assert.True(running.PeakMemory > 10 * 1024 * 1024);
        var ended = (await tool.StopAsync(LongGrace)).Usage;
        Assert.True(ended?.ProcessorTime >= running.ProcessorTime);
        Assert.True(ended.PeakMemory >= running.PeakMemory);
    }

    [Fact(Timeout = Limit)]
    public async Task Asking_a_tool_to_end_is_enough_for_one_that_listens()
    {
        var timeout = TestContext.Current.CancellationToken;
        var (tool, _) = await DummyTool.StartReadyAsync(timeout, "sleep");
        var exit = await tool.StopAsync(LongGrace);
        Assert.Equal(143, exit.ExitCode);
        Assert.False(DummyTool.IsAlive(tool.ProcessId));
    }

    [Fact(Timeout = Limit)]
    public async Task A_tool_that_ignores_being_asked_is_killed_when_its_time_is_up()
    {
        var timeout = TestContext.Current.CancellationToken;
        var (tool, _) = await DummyTool.StartReadyAsync(timeout, "deaf");
        Assert.Equal(137, (await tool.StopAsync(NoGrace)).ExitCode);
        Assert.False(DummyTool.IsAlive(tool.ProcessId));
    }

    [Fact(Timeout = Limit)]
    public async Task Stopping_kills_what_the_tool_started_as_well()
    {
        var timeout = TestContext.Current.CancellationToken;
        var (tool, lines) = await DummyTool.StartReadyAsync(timeout, "spawn", "deaf");
        var child = DummyTool.ProcessId(lines[0]);
        Assert.True(DummyTool.IsAlive(child));
        await tool.StopAsync(NoGrace);
        await DummyTool.WaitForDeathAsync(child, timeout);
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_kills_the_tool_and_what_it_started_within_a_second()
    {
        var timeout = TestContext.Current.CancellationToken;
        using var source = new CancellationTokenSource();
        await using var tool = ToolProcess.Start(
            DummyTool.Command("spawn", "deaf"),
            ToolOutput.Captured,
            cancellationToken: source.Token
        );
        var reader = new StreamReader(tool.StandardOutput);
        var child = DummyTool.ProcessId((await reader.ReadLineAsync(timeout))!);

        var started = TimeProvider.System.GetTimestamp();
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            tool.EnsureSuccessAsync("Unused.")
        );
        await DummyTool.WaitForDeathAsync(child, timeout);
        Assert.InRange(
            TimeProvider.System.GetElapsedTime(started),
            TimeSpan.Zero,
            TimeSpan.FromSeconds(1)
        );
    }

    [Fact(Timeout = Limit)]
    public async Task Disposing_kills_the_tool()
    {
        var timeout = TestContext.Current.CancellationToken;
        var (tool, _) = await DummyTool.StartReadyAsync(timeout, "deaf");
        await tool.DisposeAsync();
        Assert.False(DummyTool.IsAlive(tool.ProcessId));
        Assert.True(tool.Completion.IsCompletedSuccessfully);
    }

    [Fact(Timeout = Limit)]
    public async Task A_child_that_a_tool_leaves_behind_is_killed_and_does_not_hold_up_its_end()
    {
        var timeout = TestContext.Current.CancellationToken;
        await using var tool = ToolProcess.Start(
            DummyTool.Command("orphan", "sleep"),
            ToolOutput.Captured,
            cancellationToken: timeout
        );
        var reader = new StreamReader(tool.StandardOutput);
        var child = DummyTool.ProcessId((await reader.ReadLineAsync(timeout))!);
        Assert.True((await tool.Completion).IsSuccess);
        await DummyTool.WaitForDeathAsync(child, timeout);
    }

    [Fact(Timeout = Limit)]
    public async Task A_tool_dies_with_the_program_that_started_it()
    {
        var timeout = TestContext.Current.CancellationToken;
        Assert.SkipWhen(
            ToolPath.Find("setpriv") is null,
            "This system has no setpriv (util-linux)."
        );
        using var host = Process.Start(
            new ProcessStartInfo(DummyTool.Command().FileName, ["host", "deaf"])
            {
                RedirectStandardOutput = true,
                Environment = { ["DOTNET_ROOT"] = DummyTool.Runtime },
            }
        )!;
        var line = await host.StandardOutput.ReadLineAsync(timeout);
        var tool = DummyTool.ProcessId(line!);
        Assert.True(DummyTool.IsAlive(tool));
        host.Kill();
        await DummyTool.WaitForDeathAsync(tool, timeout);
    }

    [Fact(Timeout = Limit)]
    public async Task A_tool_outlives_the_thread_that_asked_for_it()
    {
        var timeout = TestContext.Current.CancellationToken;
        ToolProcess? tool = null;
        var thread = new Thread(() =>
            tool = ToolProcess.Start(
                DummyTool.Command("echo", "still here"),
                cancellationToken: timeout
            )
        );
        thread.Start();
        thread.Join();
        Assert.True((await tool!.Completion).IsSuccess);
    }
}
