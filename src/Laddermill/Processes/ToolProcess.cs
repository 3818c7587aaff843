using System.Collections.Immutable;
using System.Diagnostics;

namespace Laddermill.Processes;

/// <summary>What becomes of a tool's stdout.</summary>
public enum ToolOutput
{
    /// <summary>Read and thrown away.</summary>
    Ignored,

    /// <summary>The caller reads <see cref="ToolProcess.StandardOutput"/> to its end; until then the tool may wait for it.</summary>
    Captured,
}

/// <summary>
/// An external tool that runs. Its stdin has what the command says, mostly nothing; the end of its stderr is kept; it dies with this process (where the system has
/// setpriv), when the token is cancelled, when it uses more than it may, and when this is disposed, and what it started dies with it.
/// </summary>
public sealed class ToolProcess : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly Process process;
    private readonly IDisposable? entrance;
    private readonly ErrorTail tail = new();
    private readonly UsageSampler usage;
    private readonly TimeProvider clock;
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenRegistration registration;
    private readonly Lock gate = new();
    private readonly long started;
    private readonly ToolLimits limits;
    private long written;
    private ToolLimit? breach;
    private bool ended;

    private ToolProcess(
        ToolCommand command,
        Process process,
        IDisposable? entrance,
        ToolOutput output,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        Command = command;
        (this.process, this.entrance) = (process, entrance);
        this.clock = clock;
        this.cancellationToken = cancellationToken;
        ProcessId = process.Id;
        started = clock.GetTimestamp();
        limits = command.Confinement?.Limits ?? new ToolLimits();
        usage = new UsageSampler(ProcessId);
        StandardOutput =
            output == ToolOutput.Captured ? Meter(process.StandardOutput.BaseStream) : Stream.Null;
        Completion = WatchAsync(output);
        registration = cancellationToken.Register(Kill);
    }

    public ToolCommand Command { get; }

    public int ProcessId { get; }

    /// <summary>The tool's stdout when it is captured, else an empty stream.</summary>
    public Stream StandardOutput { get; }

    /// <summary>The last lines of stderr so far, oldest first; about 32 KiB at most.</summary>
    public ImmutableArray<string> ErrorTail => tail.Lines;

    /// <summary>Done when the tool has ended, in whatever way; never faults. See <see cref="EnsureSuccessAsync"/>.</summary>
    public Task<ToolExit> Completion { get; }

    /// <param name="cancellationToken">Cancelling kills the tool at once.</param>
    /// <exception cref="ToolNotFoundException">The tool is not on PATH.</exception>
    public static ToolProcess Start(
        ToolCommand command,
        ToolOutput output = ToolOutput.Ignored,
        TimeProvider? clock = null,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (process, entrance) = ToolStarter.Start(command);
        return new ToolProcess(
            command,
            process,
            entrance,
            output,
            clock ?? TimeProvider.System,
            cancellationToken
        );
    }

    /// <summary>Waits for the end of the tool, and throws unless it ended well.</summary>
    /// <param name="failure">One sentence for people: what failed, on which object.</param>
    /// <exception cref="ToolFailedException">The exit code was not 0.</exception>
    /// <exception cref="OperationCanceledException">The token given at the start was cancelled.</exception>
    public async Task<ToolExit> EnsureSuccessAsync(string failure)
    {
        var exit = await Completion.ConfigureAwait(false);
        if (exit.IsSuccess)
        {
            return exit;
        }
        cancellationToken.ThrowIfCancellationRequested();
        throw new ToolFailedException(failure, Command, exit);
    }

    /// <summary>What the tool has used until now; null where the system does not tell.</summary>
    public ToolUsage? MeasureUsage()
    {
        usage.Look();
        return usage.Last;
    }

    /// <summary>Asks the tool to end (SIGTERM), and kills it with all that it started when it has not done so in time.</summary>
    public async Task<ToolExit> StopAsync(TimeSpan grace)
    {
        WhileRunning(() => Signals.Terminate(ProcessId));
        try
        {
            return await Completion
                .WaitAsync(grace, clock, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Kill();
            return await Completion.ConfigureAwait(false);
        }
    }

    /// <summary>The same stream, whose bytes count as the tool's output.</summary>
    internal Stream Meter(Stream stream) =>
        new MeteredStream(
            stream,
            count =>
            {
                if (Interlocked.Add(ref written, count) > limits.Output)
                {
                    HoldLimits();
                }
            }
        );

    /// <summary>Kills the tool and all that it started, at once; nothing when it has ended.</summary>
    public void Kill() =>
        WhileRunning(() =>
        {
            process.Kill(entireProcessTree: true);
            // Orphans of the tool are no longer in its tree, but still in its group.
            Signals.KillGroup(ProcessId);
        });

    public async ValueTask DisposeAsync()
    {
        Kill();
        await registration.DisposeAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(false);
        process.Dispose();
    }

    private async Task<ToolExit> WatchAsync(ToolOutput output)
    {
        using var looking = new CancellationTokenSource();
        var looks = LookAsync(looking.Token);
        var errors = ReadErrorsAsync();
        var fed = FeedAsync();
        var drained =
            output == ToolOutput.Ignored
                ? process.StandardOutput.BaseStream.CopyToAsync(Stream.Null)
                : Task.CompletedTask;
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        lock (gate)
        {
            ended = true;
            // What the tool left behind would hold its pipes open.
            Signals.KillGroup(ProcessId);
        }
        entrance?.Dispose();
        await looking.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(looks, errors, drained, fed).ConfigureAwait(false);
        ProcessorTime.Add(usage.Last?.ProcessorTime ?? default);
        var lines = tail.Lines;
        return new ToolExit(process.ExitCode, lines, usage.Last)
        {
            Breach =
                process.ExitCode == 0 ? null
                : limits.IsOutOfMemory(usage.Last, lines) ? breach ?? ToolLimit.Memory
                : breach,
        };
    }

    /// <summary>Kills the tool if it uses more than it may. The first thing that it had too much of is the reason.</summary>
    private void HoldLimits()
    {
        var elapsed = clock.GetElapsedTime(started);
        if (limits.Exceeded(usage.Last, elapsed, Interlocked.Read(ref written)) is { } limit)
        {
            WhileRunning(() => breach ??= limit);
            Kill();
        }
    }

    private async Task FeedAsync()
    {
        try
        {
            foreach (var part in Command.Input)
            {
                await process.StandardInput.BaseStream.WriteAsync(part).ConfigureAwait(false);
            }
            process.StandardInput.Close();
        }
        // The tool has read enough, or has ended: its exit code and its stderr tell which.
        catch (IOException) { }
    }

    private async Task ReadErrorsAsync()
    {
        var buffer = new byte[8 * 1024];
        var stream = process.StandardError.BaseStream;
        int count;
        while ((count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            tail.Append(buffer.AsSpan(0, count));
        }
        // A process closes its files just before it is gone: mostly a last chance to see what it used in all.
        usage.Look();
    }

    private async Task LookAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        try
        {
            do
            {
                usage.Look();
                HoldLimits();
            } while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false));
        }
        // The tool has ended: there is nothing more to look at.
        catch (OperationCanceledException) when (ended.IsCancellationRequested) { }
    }

    /// <summary>A process id is only ours while the process has not been seen to end.</summary>
    private void WhileRunning(Action signal)
    {
        lock (gate)
        {
            if (!ended)
            {
                signal();
            }
        }
    }
}
