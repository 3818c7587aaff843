using Laddermill.Engines;
using Laddermill.Engines.ChildProcesses;
using Laddermill.Processes;
using Laddermill.Tests.Processes;

namespace Laddermill.Tests.Engines;

public sealed class ProcessEngineTests : EngineContractTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected override Task<EngineUnderTest> StartEngineAsync()
    {
        var engine = new ProcessEngine(new ProcessEngineOptions([.. Program], Slots: 1));
        EngineRun? other = null;
        return Task.FromResult(
            new EngineUnderTest(
                engine,
                async () =>
                    other = await engine.StartAsync(
                        Work("stay") with
                        {
                            Job = "other",
                        },
                        Cancellation
                    ),
                () => engine.RemoveAsync(other!.Id, Cancellation),
                engine
            )
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_is_killed_takes_its_workers_and_their_tools_with_it()
    {
        var (server, lines) = await DummyTool.StartReadyAsync(
            Cancellation,
            "engine",
            "{}",
            DummyTool.Command().FileName,
            "host",
            "sleep"
        );
        await using var ending = server;
        var tool = DummyTool.ProcessId(Assert.Single(lines));
        var worker = ParentOf(tool);
        Assert.Equal(server.ProcessId, ParentOf(worker));

        Signals.Kill(server.ProcessId);

        await DummyTool.WaitForDeathAsync(worker, Cancellation);
        await DummyTool.WaitForDeathAsync(tool, Cancellation);
    }

    [Fact]
    public void Workers_are_served_last_unless_they_should_not()
    {
        var usual = ChildRun.Command(Work("end"), ["/bin/sh", "-c"], 10);
        var equal = ChildRun.Command(Work("end"), ["/bin/sh", "-c"], 0);

        Assert.Equal("nice", Path.GetFileName(usual.FileName));
        Assert.Equal(["-n", "10", "/bin/sh", "-c", "end"], usual.Arguments);
        Assert.Equal("/bin/sh", equal.FileName);
        Assert.Equal(["-c", "end"], equal.Arguments);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_worker_that_needs_too_much_memory_is_killed_and_it_is_told()
    {
        await using var engine = Shell(new WorkerLimits { Memory = 1.0 / 16 });
        SkipWithoutGroups(engine);

        var run = await engine.StartAsync(
            Work("x=0123456789abcdef; while :; do x=$x$x; done"),
            Cancellation
        );
        var ended = await engine.WaitAsync(run.Id, Cancellation);

        Assert.Equal(137, ended?.ExitCode);
        Assert.Equal(
            "It needed more memory than the 64 MiB that it may have, and the kernel killed it or a part of it.",
            ended?.Detail
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_worker_gets_no_more_processors_than_it_may_have()
    {
        await using var engine = Shell(new WorkerLimits { Cpus = 0.5 });
        SkipWithoutGroups(engine);

        var groups = OwnGroups.Read(
            await TellAsync(engine, "cat /proc/self/cgroup; sleep 1000 & wait", isOver: false),
            await File.ReadAllTextAsync("/proc/self/mountinfo", Cancellation)
        );

        var (folder, file, limit) = groups.ByController.TryGetValue("cpu", out var first)
            ? (first, "cpu.cfs_quota_us", "50000")
            : (groups.Unified!, "cpu.max", "50000 100000");
        Assert.Equal(
            limit,
            (await File.ReadAllTextAsync(Path.Join(folder, file), Cancellation)).Trim()
        );
        await engine.DisposeAsync();
        Assert.False(Directory.Exists(folder));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_worker_leaves_behind_ends_with_it()
    {
        await using var engine = Shell(new WorkerLimits { Memory = 1 });
        SkipWithoutGroups(engine);

        var left = await TellAsync(
            engine,
            "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!"
        );

        Assert.False(DummyTool.IsAlive(DummyTool.ProcessId(left)));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_killed_server_s_workers_left_behind_ends_when_one_begins_anew()
    {
        const string limits = """{"memory": 1}""";
        const string leave =
            "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!; echo ready; wait";
        var (server, lines) = await DummyTool.StartReadyAsync(
            Cancellation,
            ["engine", limits, "/bin/sh", "-c", leave]
        );
        await using var ending = server;
        Assert.SkipWhen(lines.Count > 1, $"Control groups cannot be made here: {lines[0]}.");
        var left = DummyTool.ProcessId(lines[^1]);
        server.Kill();
        await DummyTool.WaitForDeathAsync(server.ProcessId, Cancellation);

        await using var engine = Shell(new WorkerLimits { Memory = 1 });

        await DummyTool.WaitForDeathAsync(left, Cancellation);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told()
    {
        await using var engine = new ProcessEngine(
            new ProcessEngineOptions(["/nowhere/laddermill"], 1)
        );

        var failure = await Assert.ThrowsAsync<EngineException>(() =>
            engine.StartAsync(Work("end"), Cancellation)
        );

        Assert.Contains("/nowhere/laddermill", failure.Message, StringComparison.Ordinal);
    }

    private static ProcessEngine Shell(WorkerLimits limits) =>
        new(new ProcessEngineOptions(["/bin/sh", "-c"], 1) { Limits = limits });

    /// <summary>Runs a script, and tells what it wrote.</summary>
    /// <param name="isOver">Whether it ends; else its first words are told.</param>
    private static async Task<string> TellAsync(
        ProcessEngine engine,
        string script,
        bool isOver = true
    )
    {
        var run = await engine.StartAsync(Work(script), Cancellation);
        var told = "";
        if (isOver)
        {
            await engine.WaitAsync(run.Id, Cancellation);
        }
        await UntilAsync(async () =>
            (told = (await engine.ReadLogAsync(run.Id, Cancellation)).Trim()).Length > 0
        );
        return told;
    }

    private static void SkipWithoutGroups(ProcessEngine engine) =>
        Assert.SkipUnless(
            engine.Obstacle is null,
            $"Control groups cannot be made here: {engine.Obstacle}."
        );

    private static int ParentOf(int processId) =>
        DummyTool.ProcessId(
            ProcessStat.FieldsFromState(File.ReadAllText($"/proc/{processId}/stat"))[1]
        );
}
