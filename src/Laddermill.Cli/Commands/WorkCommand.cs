using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Laddermill.Cli.Progress;
using Laddermill.Jobs;

namespace Laddermill.Cli.Commands;

/// <summary>
/// <c>laddermill work JOBFILE</c>: one job inside an engine. Everything that an engine needs to know comes as lines of JSON on the output, the
/// last of which is the result.
/// </summary>
internal sealed class WorkCommand : Command, IExplainedCommand
{
    private readonly Argument<string> file = new("JOBFILE")
    {
        Description = "The job document (JSON), or - to read it from the input.",
    };
    private readonly Option<string?> sandbox = Shared.Sandbox();

    public WorkCommand()
        : base("work", "Do one job, described by a document; for engines.")
    {
        Arguments.Add(file);
        Options.Add(sandbox);
        SetAction(RunAsync);
    }

    public string Examples =>
        """
            laddermill work job.json
            echo '{"source":"film.mkv","destination":"/srv/streams"}' | laddermill work -

            Fields: source, destination; if wanted profile (name, file or object), protocols, name, force.
            Each line on the output is {"progress":…} or, at the end, {"result":…}.
            It ends when whoever started it ends. TRACEPARENT in the environment joins a trace.
            """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Shared.ChooseSandbox(parsed.GetValue(sandbox), parsed.InvocationConfiguration.Error);
        var (output, error) = (
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error
        );
        using var trace = JoinTrace();
        using var parent = new ParentWatch(TimeProvider.System, cancellation);
        var document = await ReadAsync(parsed.GetRequiredValue(file), cancellation);
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

    private static async Task<JobDocument> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return JobDocument.Parse(
                file == "-"
                    ? await Console.In.ReadToEndAsync(cancellation)
                    : await File.ReadAllTextAsync(file, cancellation)
            );
        }
        catch (Exception wrong)
            when (wrong is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the job document cannot be used: {wrong.Message}");
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
