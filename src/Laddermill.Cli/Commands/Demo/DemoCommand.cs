using System.CommandLine;
using Laddermill.Cli.Progress;
using Laddermill.Cli.Serving;
using Laddermill.Processes;

namespace Laddermill.Cli.Commands.Demo;

/// <summary><c>laddermill demo</c>: a server with one folder for films and one for streams, and a sample that shows it at work.</summary>
internal sealed class DemoCommand : Command, IExplainedCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly Argument<string> folder = new("FOLDER")
    {
        Description = "Where films and streams lie, and the server's configuration.",
        DefaultValueFactory = _ => "demo",
    };
    private readonly Option<bool> once = new("--once")
    {
        Description = "End when the sample and all that was dropped is done.",
    };
    private readonly Option<ProgressMode> progress = Shared.Progress();

    public DemoCommand()
        : base(
            "demo",
            "Run a server on two folders, drop a sample into it, and say where it plays."
        )
    {
        Arguments.Add(folder);
        Options.Add(once);
        Options.Add(progress);
        SetAction(RunAsync);
    }

    public string Examples =>
        """
            laddermill demo            leaves everything in the folder demo
            laddermill demo /tmp/try   leaves it in another

            While it runs, films that are dropped into demo/inbox become streams in demo/outbox.
            Ctrl-C ends it; 'laddermill serve --config demo/laddermill.json' goes on with it.
            """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error
        );
        var place = new DemoFolder(Path.GetFullPath(parsed.GetRequiredValue(folder)));
        using var claim = place.Claim();
        var began = TimeProvider.System.GetUtcNow();
        await using var server = await DemoServer.StartAsync(place, cancellation);
        await error.WriteHarmlessAsync([
            $"Laddermill runs at     {server.Address.AbsoluteUri}",
            $"Drop films into        {place.Inbox}",
            $"Streams appear in      {place.Outbox}",
            "",
        ]);
        var display = new DemoDisplay(parsed.GetValue(progress), output, error);
        using var client = new ServerClient(server.Address, key: null);
        var watch = new DemoWatch(new ServerJobs(client, TimeProvider.System), began);
        try
        {
            await display.ShowAsync(async show =>
            {
                var dropping = DropSampleAsync(place, show, cancellation);
                do
                {
                    await Task.Delay(Look, TimeProvider.System, cancellation);
                    server.EnsureAlive();
                    show.Update(await watch.LookAsync(cancellation), client.AddressOf);
                    if (dropping.IsFaulted)
                    {
                        await dropping;
                    }
                } while (
                    !parsed.GetValue(once)
                    || !dropping.IsCompleted
                    || !watch.IsAllDone(place.Films(), TimeProvider.System.GetUtcNow())
                );
            });
        }
        catch (OperationCanceledException) when (watch.Sample is { IsOver: true })
        {
            // That is how it ends.
        }
        await server.StopAsync();
        await error.WriteHarmlessAsync([
            "",
            $"To go on with it: {new ToolCommand(Environment.GetEnvironmentVariable("LADDERMILL_COMMAND") ?? "laddermill", ["serve", "--config", place.ConfigurationFile])}",
        ]);
        return watch.Sample?.ExitCode ?? ExitCode.Cancelled;
    }

    private static async Task DropSampleAsync(
        DemoFolder place,
        IDemoScreen screen,
        CancellationToken cancellation
    )
    {
        if (!File.Exists(place.Sample))
        {
            screen.Say(["Making a sample: 20 s, 1920x1080, 30 frames/s, stereo."]);
            await DemoSample.MakeAsync(place.Sample, cancellation);
        }
    }
}
