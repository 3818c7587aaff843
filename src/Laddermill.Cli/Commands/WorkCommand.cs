using System.CommandLine;
using System.Text.Json;
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
        Description =
            "The job document (JSON): its file, - to read it from the input, or the document itself.",
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

            Fields: source, destination; if wanted profile (name, file or object), protocols, name, force,
            deleteAfterHours.
            Each line on the output is {"progress":…} or, at the end, {"result":…}.
            It ends when whoever started it ends. TRACEPARENT in the environment joins a trace.
            Where TC_DST_BUCKET is set, laddermill BUCKET OBJECT is a job too: see docs/oracle-cloud.md.
            """;

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error
        );
        Shared.ChooseSandbox(parsed.GetValue(sandbox), error);
        var run = new WorkRun(output, error);
        return run.RunAsync(token => ReadAsync(parsed.GetRequiredValue(file), token), cancellation);
    }

    private static async Task<JobDocument> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return JobDocument.Parse(
                file switch
                {
                    "-" => await Console.In.ReadToEndAsync(cancellation),
                    // Engines on other machines share no files with whoever asks.
                    ['{', ..] => file,
                    _ => await File.ReadAllTextAsync(file, cancellation),
                }
            );
        }
        catch (Exception wrong)
            when (wrong is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the job document cannot be used: {wrong.Message}");
        }
    }
}
