using System.CommandLine;
using Laddermill.Cli.Serving;

namespace Laddermill.Cli.Commands.Jobs;

internal sealed class JobLogCommand : JobsSubcommand
{
    private readonly Argument<string> id = Id();
    private readonly Option<int?> attempt = new("--attempt")
    {
        HelpName = "N",
        Description = "An earlier attempt; the last one by itself.",
    };
    private readonly Option<bool> follow = new("--follow")
    {
        Description = "Stay, and print what is added until the job is over.",
    };

    public JobLogCommand()
        : base("logs", "Print the last that a job's worker wrote.")
    {
        Arguments.Add(id);
        Options.Add(attempt);
        Options.Add(follow);
        AddServerOptions(hasJson: false);
    }

    protected override async Task<int> RunAsync(
        ParseResult parsed,
        ServerJobs jobs,
        TextWriter error,
        CancellationToken cancellation
    )
    {
        var output = parsed.InvocationConfiguration.Output;
        var whole = await jobs.ResolveAsync(parsed.GetRequiredValue(id), cancellation);
        var tail = new LogTail();
        await PrintNewsAsync();
        if (parsed.GetValue(follow))
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
            while (!jobs.Read(await jobs.GetAsync(whole, cancellation)).IsOver)
            {
                await timer.WaitForNextTickAsync(cancellation);
                await PrintNewsAsync();
            }
            // What it wrote between our last look and its end.
            await PrintNewsAsync();
        }
        return ExitCode.Done;

        async Task PrintNewsAsync()
        {
            var text = await jobs.LogAsync(whole, parsed.GetValue(attempt), cancellation);
            foreach (var line in tail.NewLines(text))
            {
                await output.WriteLineAsync(Words.Harmless(line));
            }
            await output.FlushAsync(cancellation);
        }
    }
}
