using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Processes;

namespace Laddermill.Engines.ChildProcesses;

/// <summary>One worker as a child process, and the last that it wrote.</summary>
internal sealed class ChildRun : IAsyncDisposable
{
    private readonly string id;
    private readonly EngineWork work;
    private readonly WorkerLimits limits;
    private readonly ToolProcess process;
    private readonly ControlGroup? group;
    private readonly OutputLines output = new();
    private readonly Task<ToolExit> ending;
    private string? detail;

    private ChildRun(
        string id,
        EngineWork work,
        WorkerLimits limits,
        ToolProcess process,
        ControlGroup? group
    )
    {
        (this.id, this.work, this.limits) = (id, work, limits);
        (this.process, this.group) = (process, group);
        ending = EndAsync(output.ReadAsync(process.StandardOutput));
    }

    public bool HasEnded => ending.IsCompleted;

    /// <summary>What it wrote on its output, and beneath it its errors: of each the end.</summary>
    public string Log => string.Join('\n', [.. output.Last, .. process.ErrorTail]);

    /// <param name="group">Its own, in which limits are held; ends with it.</param>
    /// <exception cref="ToolNotFoundException">There is no such program.</exception>
    public static ChildRun Start(
        string id,
        EngineWork work,
        ProcessEngineOptions options,
        ControlGroup? group
    )
    {
        try
        {
            var process = ToolProcess.Start(
                Command(work, options.Program, options.Limits.Niceness, group),
                ToolOutput.Captured
            );
            return new ChildRun(id, work, options.Limits, process, group);
        }
        catch (ToolNotFoundException)
        {
            group?.TryEnd();
            throw;
        }
    }

    public EngineRun Look() =>
        ending is { IsCompletedSuccessfully: true, Result.ExitCode: var code }
            ? new(id, work.Job, work.Attempt, EngineState.Ended, code, detail)
            : new(id, work.Job, work.Attempt, EngineState.Running);

    public Task StopAsync(TimeSpan grace) => process.StopAsync(grace);

    public async Task<EngineRun> WaitAsync(CancellationToken cancellation)
    {
        await ending.WaitAsync(cancellation).ConfigureAwait(false);
        return Look();
    }

    public IAsyncEnumerable<string> FollowAsync(CancellationToken cancellation) =>
        output.FollowAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync().ConfigureAwait(false);
        await ending.ConfigureAwait(false);
    }

    private async Task<ToolExit> EndAsync(Task reading)
    {
        var exit = await process.Completion.ConfigureAwait(false);
        if (group is not null)
        {
            if (limits.MemoryBytes is { } memory && group.HasBeenKilledForMemory)
            {
                detail = EndingWords.OutOfMemory(memory);
            }
            await group.EndAsync().ConfigureAwait(false);
        }
        // So that who hears of the end finds the last line, which is the result.
        await reading.ConfigureAwait(false);
        return exit;
    }

    /// <summary>Served last, with our environment.</summary>
    /// <exception cref="ToolNotFoundException">There is no such program.</exception>
    internal static ToolCommand Command(
        EngineWork work,
        ImmutableArray<string> program,
        int niceness,
        ControlGroup? group = null
    )
    {
        // nice would only say that it cannot become what is not there.
        var file =
            ToolPath.Find(program[0])
            ?? throw new ToolNotFoundException(new ToolCommand(program[0], []));
        ImmutableArray<string> words = [file, .. program[1..], .. work.Arguments];
        ImmutableArray<string> all =
        [
            .. group?.Entering ?? [],
            .. niceness != 0 && ToolPath.Find("nice") is { } nice
                ? (string[])[nice, "-n", Text(niceness)]
                : [],
            .. words,
        ];
        return new ToolCommand(all[0], all[1..]) with
        {
            // It is our own program, and works with our credentials.
            Environment = work.Environment.Aggregate(
                ToolEnvironment.Inherited,
                (all, variable) => all.With(variable.Key, variable.Value)
            ),
        };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
