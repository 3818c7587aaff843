using System.CommandLine;
using System.Text.Json.Nodes;
using Laddermill.Cli.Serving;

namespace Laddermill.Cli.Commands.Jobs;

internal sealed class ListJobsCommand : JobsSubcommand
{
    private readonly Option<string?> state = new("--state")
    {
        HelpName = "STATE,…",
        Description = "Only these: queued, running, succeeded, failed, rejected, cancelled.",
    };
    private readonly Option<string?> pipeline = new("--pipeline")
    {
        HelpName = "NAME",
        Description = "Only jobs of this pipeline.",
    };
    private readonly Option<string?> search = new("--search")
    {
        HelpName = "TEXT",
        Description = "Only jobs with this in their source's address, or whose id begins so.",
    };
    private readonly Option<int> limit = new("--limit")
    {
        HelpName = "N",
        Description = "How many at most; 50 by itself.",
        DefaultValueFactory = _ => 50,
    };

    public ListJobsCommand()
        : base("list", "List jobs, newest first.")
    {
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--limit takes a number from 1 on.");
            }
        });
        Options.Add(state);
        Options.Add(pipeline);
        Options.Add(search);
        Options.Add(limit);
        AddServerOptions();
    }

    protected override async Task<int> RunAsync(
        ParseResult parsed,
        ServerJobs jobs,
        TextWriter error,
        CancellationToken cancellation
    )
    {
        (string, string?)[] filters =
        [
            ("state", parsed.GetValue(state)),
            ("pipeline", parsed.GetValue(pipeline)),
            ("search", parsed.GetValue(search)),
        ];
        var most = parsed.GetValue(limit);
        var found = await jobs.ListAsync(
            filters
                .Where(each => each.Item2 is not null)
                .Select(each => ServerJobs.Part(each.Item1, each.Item2!)),
            most,
            cancellation
        );
        if (IsForPrograms(parsed))
        {
            var items = new JsonArray([.. found.Select(job => job.DeepClone())]);
            await PrintAsync(parsed, new JsonObject { ["items"] = items });
            return ExitCode.Done;
        }
        if (found.Count == 0)
        {
            await error.WriteLineAsync("There are no such jobs.");
            return ExitCode.Done;
        }
        Terminal
            .Of(error)
            .Write(JobTable.Of(found.Select(jobs.Read), TimeProvider.System.GetUtcNow()));
        if (found.Count == most)
        {
            await error.WriteLineAsync($"The newest {most}; --limit shows more.");
        }
        return ExitCode.Done;
    }
}
