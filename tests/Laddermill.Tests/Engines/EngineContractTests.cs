using System.Globalization;
using Laddermill.Engines;

namespace Laddermill.Tests.Engines;

/// <summary>What every engine must do; each inherits it. In the place of <c>laddermill</c> runs a small script.</summary>
public abstract class EngineContractTests
{
    /// <summary>
    /// Its first argument says what to do: <c>end</c> with exit code 3, or <c>stay</c>. Either tells its process id and a variable first.
    /// </summary>
    protected static readonly string[] Program =
    [
        "/bin/sh",
        "-c",
        """
            echo "$1 $WORD as $$"
            [ "$1" = end ] || exec sleep 1000
            echo last words >&2
            exit 3
            """,
        "sh",
    ];

    private const int Minute = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An engine with room for one run at least.</summary>
    private protected abstract Task<EngineUnderTest> StartEngineAsync();

    [Fact(Timeout = Minute)]
    public async Task A_run_that_ended_tells_its_exit_code_and_its_last_words()
    {
        await using var tested = await StartEngineAsync();

        var run = await tested.Engine.StartAsync(Work("end"), Cancellation);
        var ended = await UntilAsync(tested.Engine, run.Id, EngineState.Ended);

        Assert.Equal(("job", 1, 3), (ended.Job, ended.Attempt, ended.ExitCode));
        var log = await tested.Engine.ReadLogAsync(run.Id, Cancellation);
        Assert.Contains("end told as ", log, StringComparison.Ordinal);
        Assert.Contains("last words", log, StringComparison.Ordinal);
    }

    [Fact(Timeout = Minute)]
    public async Task The_end_of_a_run_can_be_waited_for()
    {
        await using var tested = await StartEngineAsync();
        var run = await tested.Engine.StartAsync(Work("end"), Cancellation);

        var ended = await tested.Engine.WaitAsync(run.Id, Cancellation);

        Assert.Equal((run.Id, EngineState.Ended, 3), (ended?.Id, ended?.State, ended?.ExitCode));
        Assert.Contains(
            "end told as ",
            await tested.Engine.ReadLogAsync(run.Id, Cancellation),
            StringComparison.Ordinal
        );
        Assert.Equal(ended, await tested.Engine.WaitAsync(run.Id, Cancellation));
    }

    [Fact(Timeout = Minute)]
    public async Task Nobody_waits_for_a_run_that_is_removed_nor_longer_than_wanted()
    {
        await using var tested = await StartEngineAsync();
        var run = await tested.Engine.StartAsync(Work("stay"), Cancellation);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var stopped = tested.Engine.WaitAsync(run.Id, impatient.Token);
        var waiting = tested.Engine.WaitAsync(run.Id, Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        await tested.Engine.RemoveAsync(run.Id, Cancellation);

        Assert.True(await waiting is null or { State: EngineState.Ended });
    }

    [Fact(Timeout = Minute)]
    public async Task What_a_run_writes_is_followed_while_it_runs_and_to_its_end()
    {
        await using var tested = await StartEngineAsync();
        var run = await tested.Engine.StartAsync(Work("stay"), Cancellation);

        await using var lines = tested
            .Engine.FollowAsync(run.Id, Cancellation)
            .GetAsyncEnumerator(Cancellation);
        Assert.True(await lines.MoveNextAsync());
        Assert.StartsWith("stay told as ", lines.Current, StringComparison.Ordinal);
        Assert.Equal(
            EngineState.Running,
            (await tested.Engine.LookAsync(run.Id, Cancellation))?.State
        );
        await tested.Engine.RemoveAsync(run.Id, Cancellation);
        while (await lines.MoveNextAsync()) { }
    }

    [Fact(Timeout = Minute)]
    public async Task A_run_that_ended_can_still_be_followed()
    {
        await using var tested = await StartEngineAsync();
        var run = await tested.Engine.StartAsync(Work("end"), Cancellation);
        await tested.Engine.WaitAsync(run.Id, Cancellation);

        var lines = await tested.Engine.FollowAsync(run.Id, Cancellation).ToListAsync(Cancellation);

        // Output and errors are two streams, and meet in any order.
        Assert.Contains(lines, line => line.StartsWith("end told as ", StringComparison.Ordinal));
    }

    [Fact(Timeout = Minute)]
    public async Task The_same_work_started_twice_is_one_run()
    {
        await using var tested = await StartEngineAsync();

        var first = await tested.Engine.StartAsync(Work("stay"), Cancellation);
        var second = await tested.Engine.StartAsync(Work("stay"), Cancellation);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal([first.Id], await IdsAsync(tested.Engine));
    }

    [Fact(Timeout = Minute)]
    public async Task A_run_is_listed_until_it_is_removed_which_ends_it()
    {
        await using var tested = await StartEngineAsync();
        var run = await tested.Engine.StartAsync(Work("stay"), Cancellation);
        await UntilAsync(tested.Engine, run.Id, EngineState.Running);
        var process = await ProcessOfAsync(tested.Engine, run.Id);
        Assert.True(Directory.Exists($"/proc/{process}"));

        await tested.Engine.RemoveAsync(run.Id, Cancellation);

        Assert.Null(await tested.Engine.LookAsync(run.Id, Cancellation));
        Assert.Empty(await IdsAsync(tested.Engine));
        await UntilAsync(() => Task.FromResult(!Directory.Exists($"/proc/{process}")));
        await tested.Engine.RemoveAsync(run.Id, Cancellation);
    }

    [Fact(Timeout = Minute)]
    public async Task An_attempt_that_follows_is_a_run_of_its_own()
    {
        await using var tested = await StartEngineAsync();
        var first = await tested.Engine.StartAsync(Work("end"), Cancellation);
        await UntilAsync(tested.Engine, first.Id, EngineState.Ended);

        var second = await tested.Engine.StartAsync(Work("end") with { Attempt = 2 }, Cancellation);

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(2, (await tested.Engine.LookAsync(second.Id, Cancellation))?.Attempt);
        Assert.Equal(2, (await IdsAsync(tested.Engine)).Count);
    }

    [Fact(Timeout = Minute)]
    public async Task What_was_never_started_is_not_there()
    {
        await using var tested = await StartEngineAsync();

        Assert.Null(await tested.Engine.LookAsync("none", Cancellation));
        Assert.Equal("", await tested.Engine.ReadLogAsync("none", Cancellation));
        Assert.Null(await tested.Engine.WaitAsync("none", Cancellation));
        Assert.Empty(
            await tested.Engine.FollowAsync("none", Cancellation).ToListAsync(Cancellation)
        );
        await tested.Engine.RemoveAsync("none", Cancellation);
    }

    [Fact(Timeout = Minute)]
    public async Task A_full_engine_says_so_and_starts_the_same_work_when_there_is_room()
    {
        await using var tested = await StartEngineAsync();
        await tested.FillAsync();

        await Assert.ThrowsAsync<EngineFullException>(() =>
            tested.Engine.StartAsync(Work("end"), Cancellation)
        );
        await tested.MakeRoomAsync();

        var run = await tested.Engine.StartAsync(Work("end"), Cancellation);
        Assert.Equal(3, (await UntilAsync(tested.Engine, run.Id, EngineState.Ended)).ExitCode);
    }

    private protected static EngineWork Work(string what) =>
        new("job", 1, [what], new Dictionary<string, string> { ["WORD"] = "told" }.ToSorted());

    private protected static async Task<List<string>> IdsAsync(IEngine engine)
    {
        var ids = new List<string>();
        await foreach (var run in engine.ListAsync(Cancellation))
        {
            ids.Add(run.Id);
        }
        return ids;
    }

    /// <summary>The id of a run's process, as this machine has it, when it has told its own.</summary>
    private protected virtual async Task<int> ProcessOfAsync(IEngine engine, string id)
    {
        var log = "";
        await UntilAsync(async () =>
            (log = await engine.ReadLogAsync(id, Cancellation)).Contains(
                " as ",
                StringComparison.Ordinal
            )
        );
        return int.Parse(log.Split(" as ")[1].Split('\n')[0], CultureInfo.InvariantCulture);
    }

    private protected static async Task<EngineRun> UntilAsync(
        IEngine engine,
        string id,
        EngineState state
    )
    {
        EngineRun? run = null;
        await UntilAsync(async () =>
            (run = await engine.LookAsync(id, Cancellation))?.State == state
        );
        return run!;
    }

    private protected static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }
}
