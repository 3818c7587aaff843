using System.CommandLine;
using System.Text.Json;
using Laddermill.Media;
using Laddermill.Transcoding;

namespace Laddermill.Cli.Commands;

/// <summary><c>laddermill probe SOURCE</c>: what a source is.</summary>
internal sealed class ProbeCommand : Command, IExplainedCommand
{
    private readonly Argument<string> source = Shared.Source();
    private readonly Option<bool> json = Shared.Json("Print all facts as JSON on the output.");
    private readonly Option<string?> sandbox = Shared.Sandbox();

    public ProbeCommand()
        : base("probe", "Say what a source is: container, streams, colours, languages.")
    {
        Arguments.Add(source);
        Options.Add(json);
        Options.Add(sandbox);
        SetAction(RunAsync);
    }

    public string Examples =>
        """
            laddermill probe film.mkv
            laddermill probe film.mkv --json | jq '.video[0].frameRate'
            laddermill probe -- '-a name that begins with a dash.mp4'
            """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Shared.ChooseSandbox(parsed.GetValue(sandbox), null);
        var clock = TimeProvider.System;
        var location = Shared.Place(parsed.GetRequiredValue(source));
        await using var access = await SourceAccess.OpenAsync(location, clock, cancellation);
        var info = await access.ReadAsync(new Probe(clock).ReadAsync, cancellation);
        var streams = parsed.InvocationConfiguration;
        if (parsed.GetValue(json))
        {
            var text = JsonSerializer.Serialize(info, MediaJson.Default.MediaInfo);
            await streams.Output.WriteLineAsync(text);
        }
        else
        {
            await streams.Error.WriteHarmlessAsync(MediaSummary.Lines(location.ToString(), info));
        }
        return ExitCode.Done;
    }
}
