using System.Collections.Immutable;
using Laddermill.Processes;

namespace Laddermill.Tests.Processes;

/// <summary>Each limit ends a tool, in a sandbox and without one, and leaves nothing of it running.</summary>
public sealed class ToolLimitsTests
{
    private const int Limit = 60_000;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public static TheoryData<SandboxMode> Modes =>
        [SandboxMode.Auto, SandboxMode.Landlock, SandboxMode.Off];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Modes))]
    public async Task Too_much_processor_time_ends_a_tool(SandboxMode mode) =>
        Assert.Equal(
            ToolLimit.Processor,
            await BreachAsync(
                mode,
                new ToolLimits { Processor = TimeSpan.FromSeconds(0.4) },
                "sh",
                "-c",
                "while :; do :; done"
            )
        );

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Modes))]
    public async Task Too_much_time_in_which_nothing_was_done_ends_a_tool(SandboxMode mode) =>
        Assert.Equal(
            ToolLimit.Standstill,
            await BreachAsync(
                mode,
                // Long enough that starting it, which takes a tenth of a second of work, is next to nothing of it.
                new ToolLimits { Wall = TimeSpan.FromSeconds(4) },
                "sleep",
                "1000"
            )
        );

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Modes))]
    public async Task Too_much_memory_ends_a_tool(SandboxMode mode) =>
        Assert.Equal(
            ToolLimit.Memory,
            // One line without an end, which it has to keep.
            await BreachAsync(mode, new ToolLimits { Memory = 50_000_000 }, "tail", "/dev/zero")
        );

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Modes))]
    public async Task Too_much_output_ends_a_tool(SandboxMode mode) =>
        Assert.Equal(
            ToolLimit.Output,
            await BreachAsync(mode, new ToolLimits { Output = 1_000_000 }, "yes")
        );

    [Fact]
    public void Work_and_waiting_are_told_apart()
    {
        var limits = new ToolLimits { Wall = TimeSpan.FromSeconds(10) };
        var eleven = TimeSpan.FromSeconds(11);
        Assert.Null(limits.Exceeded(Used(0), TimeSpan.FromSeconds(9), 0));
        Assert.Equal(ToolLimit.Standstill, limits.Exceeded(Used(1), eleven, 0));
        Assert.Equal(ToolLimit.Wall, limits.Exceeded(Used(2), eleven, 0));

        static ToolUsage Used(double seconds) => new(TimeSpan.FromSeconds(seconds), 0);
    }

    [Fact]
    public void A_tool_without_limits_has_too_much_of_nothing()
    {
        var usage = new ToolUsage(TimeSpan.MaxValue, long.MaxValue);
        Assert.Null(new ToolLimits().Exceeded(usage, TimeSpan.MaxValue, long.MaxValue));
        Assert.False(new ToolLimits().IsOutOfMemory(usage, ["Cannot allocate memory"]));
    }

    private static async Task<ToolLimit?> BreachAsync(
        SandboxMode mode,
        ToolLimits limits,
        string tool,
        params ImmutableArray<string> arguments
    )
    {
        Sandbox.Choose(mode);
        var command = new ToolCommand(tool, arguments)
        {
            Confinement = Confinement.Pipes with { Limits = limits },
        };
        await using var running = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            cancellationToken: Timeout
        );
        var read = 0L;
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await running.StandardOutput.ReadAsync(buffer, Timeout)) > 0)
        {
            read += count;
        }
        var exit = await running.Completion;

        Assert.InRange(read, 0, 20_000_000);
        Assert.False(DummyTool.IsAlive(running.ProcessId));
        var failure = await Assert.ThrowsAsync<ToolFailedException>(() =>
            running.EnsureSuccessAsync("It failed.")
        );
        Assert.Contains("more than it may", failure.Message, StringComparison.Ordinal);
        return exit.Breach;
    }
}
