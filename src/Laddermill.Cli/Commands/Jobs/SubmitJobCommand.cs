using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laddermill.Cli.Progress;
using Laddermill.Cli.Serving;
using Laddermill.Ladders;

namespace Laddermill.Cli.Commands.Jobs;

internal sealed class SubmitJobCommand : JobsSubcommand
{
    private readonly Argument<string> source = new("SOURCE")
    {
        Description =
            "A film in the source of one of the server's pipelines: its name there, or its address.",
    };
    private readonly Option<string?> pipeline = new("--pipeline")
    {
        HelpName = "NAME",
        Description = "By whose rules it is done; by itself the one whose source holds it.",
    };
    private readonly Option<string?> profile = new("--profile")
    {
        HelpName = "NAME|FILE",
        Description =
            $"What to make, instead of what the pipeline says: {string.Join(" or ", Profiles.Names)}, or a JSON file of yours that holds one.",
    };
    private readonly Option<ImmutableArray<string>?> protocols = Shared.Protocols();
    private readonly Option<int?> priority = new("--priority")
    {
        HelpName = "N",
        Description = "-100 to 100: higher ones come first.",
    };
    private readonly Option<bool> force = new("--force")
    {
        Description = "Make a new revision even when the job was done before.",
    };
    private readonly Option<bool> wait = new("--wait")
    {
        Description = "Stay until it is over; the exit code tells how.",
    };
    private readonly Option<ProgressMode> progress = Shared.Progress();

    public SubmitJobCommand()
        : base("submit", "Ask for a job.")
    {
        Arguments.Add(source);
        Options.Add(pipeline);
        Options.Add(profile);
        Options.Add(protocols);
        Options.Add(priority);
        Options.Add(force);
        Options.Add(wait);
        Options.Add(progress);
        AddServerOptions();
    }

    protected override async Task<int> RunAsync(
        ParseResult parsed,
        ServerJobs jobs,
        TextWriter error,
        CancellationToken cancellation
    )
    {
        var answer = await jobs.SubmitAsync(
            new WantedJob(
                parsed.GetRequiredValue(source),
                parsed.GetValue(pipeline),
                ProfileOf(parsed.GetValue(profile)),
                parsed.GetValue(protocols),
                parsed.GetValue(force),
                parsed.GetValue(priority)
            ),
            cancellation
        );
        var job = jobs.Read(answer);
        if (!parsed.GetValue(wait))
        {
            if (IsForPrograms(parsed))
            {
                await PrintAsync(parsed, answer);
            }
            else
            {
                await error.WriteHarmlessAsync([$"{job.Id} is {job.State}: {job.Name}"]);
            }
            return ExitCode.Done;
        }
        var display = new ProgressDisplay(
            parsed.InvocationConfiguration.Output,
            error,
            TimeProvider.System
        );
        var end = await display.ShowAsync(
            parsed.GetValue(progress),
            listener =>
                jobs.WaitAsync(
                    job.Id,
                    now =>
                    {
                        if (now.Progress is { } told)
                        {
                            listener?.Report(told);
                        }
                    },
                    cancellation
                )
        );
        if (IsForPrograms(parsed))
        {
            await PrintAsync(parsed, end);
        }
        else
        {
            await JobSummary.WriteEndAsync(error, jobs.Read(end), jobs.Client.AddressOf);
        }
        return jobs.Read(end).ExitCode;
    }

    /// <summary>A file is read here: the server reads none that a request names.</summary>
    /// <exception cref="UsageException">The file holds no JSON.</exception>
    private static JsonNode? ProfileOf(string? profile)
    {
        if (profile is null || Profiles.Names.Contains(profile))
        {
            return profile is null ? null : JsonValue.Create(profile);
        }
        try
        {
            return JsonNode.Parse(
                File.ReadAllText(profile),
                documentOptions: new JsonDocumentOptions
                {
                    AllowTrailingCommas = true,
                    CommentHandling = JsonCommentHandling.Skip,
                }
            );
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"the profile {profile} is no JSON: {wrong.Message}");
        }
    }
}
