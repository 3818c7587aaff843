using System.Diagnostics;
using Laddermill.Cli.Progress;
using Laddermill.Jobs;

namespace Laddermill.Cli.Commands;

/// <summary>One job inside an engine, however it was asked for: lines of JSON on the output, the last of which is the result.</summary>
internal sealed class WorkRun(TextWriter output, TextWriter error)
{
    /// <param name="read">Gets the job's document.</param>
    public async Task<int> RunAsync(
        Func<CancellationToken, Task<JobDocument>> read,
        CancellationToken cancellation
    )
    {
        using var trace = JoinTrace();
        using var parent = new ParentWatch(TimeProvider.System, cancellation);
        var document = await read(cancellation);
        var run = new JobRun(
            new ProgressDisplay(output, error, TimeProvider.System),
            ending =>
            {
                var traced = ending with { Trace = trace?.TraceId.ToHexString() };
                output.WriteLine(new WorkLine { Result = traced }.ToJson());
            }
        );
        try
        {
            await run.RunAsync(document, ProgressMode.Json, parent.Gone);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (parent.Gone.IsCancellationRequested)
        {
            await error.WriteLineAsync("laddermill: cancelled.");
            return ExitCode.Cancelled;
        }
    }

    /// <summary>The caller's W3C trace (https://www.w3.org/TR/trace-context/), so that what is logged here can be found from there.</summary>
    private static Activity? JoinTrace() =>
        Environment.GetEnvironmentVariable("TRACEPARENT") is { } parent
        && ActivityContext.TryParse(
            parent,
            Environment.GetEnvironmentVariable("TRACESTATE"),
            isRemote: true,
            out _
        )
            ? new Activity("laddermill work").SetParentId(parent).Start()
            : null;
}
