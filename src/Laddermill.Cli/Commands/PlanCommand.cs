using System.CommandLine;
using Laddermill.Ladders;
using Laddermill.Transcoding;

namespace Laddermill.Cli.Commands;

/// <summary><c>laddermill plan SOURCE</c>: what would be made of a source, and why.</summary>
internal sealed class PlanCommand : Command, IExplainedCommand
{
    private readonly Argument<string> source = Shared.Source();
    private readonly Option<string> profile = Shared.Profile();
    private readonly Option<bool> json = Shared.Json("Print the whole plan as JSON on the output.");
    private readonly Option<string?> sandbox = Shared.Sandbox();

    public PlanCommand()
        : base("plan", "Say what would be made of a source, and why. Makes nothing.")
    {
        Arguments.Add(source);
        Options.Add(profile);
        Options.Add(json);
        Options.Add(sandbox);
        SetAction(RunAsync);
    }

    public string Examples =>
        """
            laddermill plan film.mkv
            laddermill plan film.mkv --profile constant
            laddermill plan film.mkv --json > plan.json
            """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Shared.ChooseSandbox(parsed.GetValue(sandbox), null);
        var clock = TimeProvider.System;
        var chosen = Profiles.Load(parsed.GetRequiredValue(profile));
        var location = Shared.Place(parsed.GetRequiredValue(source));
        await using var access = await SourceAccess.OpenAsync(location, clock, cancellation);
        var (name, made) = await access.ReadAsync(
            async (input, token) =>
                (input.Name, await SourcePlan.MakeAsync(input, chosen, clock, token)),
            cancellation
        );
        var plan = made.Plan;
        var streams = parsed.InvocationConfiguration;
        if (parsed.GetValue(json))
        {
            await streams.Output.WriteLineAsync(plan.ToJson());
        }
        else
        {
            await streams.Error.WriteHarmlessAsync(PlanSummary.Lines(name, plan));
        }
        return ExitCode.Done;
    }
}
