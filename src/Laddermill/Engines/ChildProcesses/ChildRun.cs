using System.Collections.Immutable;
using Laddermill.Processes;

namespace Laddermill.Engines.ChildProcesses;

/// <summary>One worker as a child process, and the last that it wrote.</summary>
internal sealed class ChildRun : IAsyncDisposable
{
    private readonly string id;
    private readonly EngineWork work;
    private readonly ToolProcess process;
    private readonly ErrorTail output = new();
    private readonly Task reading;

    private ChildRun(string id, EngineWork work, ToolProcess process)
    {
        (this.id, this.work, this.process) = (id, work, process);
        reading = ReadAsync();
    }

    public bool HasEnded => process.Completion.IsCompleted;

    /// <summary>What it wrote on its output, and beneath it its errors: of each about the last 32 KiB.</summary>
    public string Log => string.Join('\n', [.. output.Lines, .. process.ErrorTail]);

    /// <exception cref="ToolNotFoundException">There is no such program.</exception>
    public static ChildRun Start(string id, EngineWork work, ImmutableArray<string> program)
    {
        // It is our own program, and works with our credentials.
        var environment = work.Environment.Aggregate(
            ToolEnvironment.Inherited,
            (all, variable) => all.With(variable.Key, variable.Value)
        );
        var command = new ToolCommand(program[0], [.. program[1..], .. work.Arguments])
        {
            Environment = environment,
        };
        return new ChildRun(id, work, ToolProcess.Start(command, ToolOutput.Captured));
    }

    public EngineRun Look() =>
        process.Completion is { IsCompletedSuccessfully: true, Result.ExitCode: var code }
            ? new(id, work.Job, work.Attempt, EngineState.Ended, code)
            : new(id, work.Job, work.Attempt, EngineState.Running);

    public Task StopAsync(TimeSpan grace) => process.StopAsync(grace);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[4096];
        while (
            await process.StandardOutput.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var got
        )
        {
            output.Append(buffer.AsSpan(0, got));
        }
    }
}
