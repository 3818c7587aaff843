using System.CommandLine;
using System.Text.Json.Nodes;
using Laddermill.Cli.Serving;

namespace Laddermill.Cli.Commands.Jobs;

internal sealed class ShowJobCommand : JobsSubcommand
{
    private readonly Argument<string> id = Id();

    public ShowJobCommand()
        : base("show", "Show one job: how far it is, what was made, why it failed.")
    {
        Arguments.Add(id);
        AddServerOptions();
    }

    protected override async Task<int> RunAsync(
        ParseResult parsed,
        ServerJobs jobs,
        TextWriter error,
        CancellationToken cancellation
    )
    {
        var whole = await jobs.ResolveAsync(parsed.GetRequiredValue(id), cancellation);
        var job = await jobs.GetAsync(whole, cancellation);
        var attempts = await jobs.AttemptsAsync(whole, cancellation);
        if (IsForPrograms(parsed))
        {
            await PrintAsync(parsed, new JsonObject { ["job"] = job, ["attempts"] = attempts });
            return ExitCode.Done;
        }
        await JobSummary.WriteAsync(
            error,
            jobs.Read(job),
            jobs.ReadAttempts(attempts),
            jobs.Client.AddressOf,
            TimeProvider.System.GetUtcNow()
        );
        return ExitCode.Done;
    }
}
