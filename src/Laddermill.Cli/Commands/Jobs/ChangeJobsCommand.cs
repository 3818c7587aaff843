using System.CommandLine;
using System.Text.Json.Nodes;
using Laddermill.Cli.Serving;

namespace Laddermill.Cli.Commands.Jobs;

/// <summary>A command that asks the same of several jobs. What cannot be done to one keeps none of the others from it.</summary>
internal abstract class ChangeJobsCommand : JobsSubcommand
{
    private readonly Argument<string[]> ids = Ids();

    protected ChangeJobsCommand(string name, string description)
        : base(name, description) => Arguments.Add(ids);

    protected abstract Task<JsonNode> ChangeAsync(
        ParseResult parsed,
        ServerJobs jobs,
        string id,
        CancellationToken cancellation
    );

    /// <summary>What a person is told about a job that was changed.</summary>
    protected abstract string Describe(ServerJob job);

    protected override async Task<int> RunAsync(
        ParseResult parsed,
        ServerJobs jobs,
        TextWriter error,
        CancellationToken cancellation
    )
    {
        var changed = new JsonArray();
        var code = ExitCode.Done;
        foreach (var id in parsed.GetRequiredValue(ids))
        {
            try
            {
                var whole = await jobs.ResolveAsync(id, cancellation);
                var job = await ChangeAsync(parsed, jobs, whole, cancellation);
                changed.Add(job);
                await error.WriteHarmlessAsync([Describe(jobs.Read(job))]);
            }
            catch (Exception refused) when (refused is UsageException or ServerException)
            {
                await error.WriteLineAsync(ErrorReport.For(refused, cancelled: false));
                code = Math.Max(code, ExitCode.For(refused, cancelled: false));
            }
        }
        if (IsForPrograms(parsed))
        {
            await PrintAsync(parsed, new JsonObject { ["items"] = changed });
        }
        return code;
    }
}

internal sealed class RetryJobCommand : ChangeJobsCommand
{
    private readonly Option<bool> force = new("--force")
    {
        Description = "Make a new revision of what is done already.",
    };

    public RetryJobCommand()
        : base("retry", "Queue jobs again that are over.")
    {
        Options.Add(force);
        AddServerOptions();
    }

    protected override Task<JsonNode> ChangeAsync(
        ParseResult parsed,
        ServerJobs jobs,
        string id,
        CancellationToken cancellation
    ) => jobs.RetryAsync(id, parsed.GetValue(force), cancellation);

    protected override string Describe(ServerJob job) => $"{job.Id} is {job.State}: {job.Name}";
}

internal sealed class CancelJobCommand : ChangeJobsCommand
{
    public CancelJobCommand()
        : base("cancel", "Cancel jobs that are queued or run.") => AddServerOptions();

    protected override Task<JsonNode> ChangeAsync(
        ParseResult parsed,
        ServerJobs jobs,
        string id,
        CancellationToken cancellation
    ) => jobs.CancelAsync(id, cancellation);

    protected override string Describe(ServerJob job) =>
        job.IsOver
            ? $"{job.Id} is {job.State}: {job.Name}"
            : $"{job.Id} is being cancelled: {job.Name}";
}
