using System.CommandLine;
using Laddermill.Ladders;
using Laddermill.Pricing;
using Laddermill.Transcoding;

namespace Laddermill.Cli.Commands;

/// <summary><c>laddermill plan SOURCE</c>: what would be made of a source, and why.</summary>
internal sealed class PlanCommand : Command, IExplainedCommand
{
    private readonly Argument<string> source = Shared.Source();
    private readonly Option<string> profile = Shared.Profile();
    private readonly Option<bool> json = Shared.Json("Print the whole plan as JSON on the output.");
    private readonly Option<string?> prices = Shared.PriceFile();
    private readonly Option<string?> sandbox = Shared.Sandbox();

    public PlanCommand()
        : base(
            "plan",
            "Say what would be made of a source, why, and what it would take. Makes nothing."
        )
    {
        Arguments.Add(source);
        Options.Add(profile);
        Options.Add(json);
        Options.Add(prices);
        Options.Add(sandbox);
        SetAction(RunAsync);
    }

    public string Examples =>
        """
            laddermill plan film.mkv
            laddermill plan film.mkv --profile constant
            laddermill plan film.mkv --prices prices.json
            laddermill plan film.mkv --json > plan.json

            What it would take is foretold from a few samples that are encoded: seconds of work.
            prices.json: {"currency": "USD", "processorHour": 0.0125, "memoryHour": 0.0015,
            "processors": 4, "memory": 16}
            """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Shared.ChooseSandbox(parsed.GetValue(sandbox), null);
        var clock = TimeProvider.System;
        var chosen = Profiles.Load(parsed.GetRequiredValue(profile));
        var machine = await Shared.ReadPricesAsync(parsed.GetValue(prices), cancellation);
        var location = Shared.Place(parsed.GetRequiredValue(source));
        await using var access = await SourceAccess.OpenAsync(location, clock, cancellation);
        var (name, made) = await access.ReadAsync(
            async (input, token) =>
                (
                    input.Name,
                    await SourcePlanner.MakeAsync(
                        input,
                        chosen,
                        clock,
                        token,
                        prices: machine ?? new Prices()
                    )
                ),
            cancellation
        );
        var plan = made.Plan;
        var streams = parsed.InvocationConfiguration;
        if (parsed.GetValue(json))
        {
            await streams.Output.WriteLineAsync(made.ToJson());
        }
        else
        {
            await streams.Error.WriteHarmlessAsync(PlanSummary.Lines(name, plan, made.Estimate));
        }
        return ExitCode.Done;
    }
}
