using System.Collections.Immutable;
using System.CommandLine;
using Laddermill.Cli.Progress;
using Laddermill.Jobs;
using Laddermill.Storage;

namespace Laddermill.Cli.Commands;

/// <summary><c>laddermill transcode SOURCE DESTINATION</c>: the main job.</summary>
internal sealed class TranscodeCommand : Command, IExplainedCommand
{
    private readonly Argument<string> source = Shared.Source();
    private readonly Argument<string> destination = new("DESTINATION")
    {
        Description =
            "Where the streams are published: a folder, s3://bucket/prefix or oci://bucket/prefix.",
    };
    private readonly Option<string> profile = Shared.Profile();
    private readonly Option<ImmutableArray<string>?> protocols = Shared.Protocols();
    private readonly Option<string?> segments = Shared.Segments();
    private readonly Option<ProgressMode> progress = Shared.Progress();
    private readonly Option<bool> json = Shared.Json("Print how it ended as JSON on the output.");
    private readonly Option<bool> force = new("--force")
    {
        Description = "Make a new revision even when the job was done before.",
    };
    private readonly Option<double?> deleteAfter = new("--delete-after")
    {
        HelpName = "HOURS",
        Description =
            "How long the revision stays that this one replaces, for those who watch it; 24 is the default.",
    };
    private readonly Option<string?> prices = Shared.PriceFile();
    private readonly Option<string?> sandbox = Shared.Sandbox();

    public TranscodeCommand()
        : base("transcode", "Make adaptive streams of a video, and publish them.")
    {
        Arguments.Add(source);
        Arguments.Add(destination);
        Options.Add(profile);
        Options.Add(protocols);
        Options.Add(segments);
        Options.Add(progress);
        Options.Add(json);
        Options.Add(force);
        Options.Add(deleteAfter);
        Options.Add(prices);
        Options.Add(sandbox);
        SetAction(RunAsync);
    }

    public string Examples =>
        """
            laddermill transcode film.mkv /srv/streams
            laddermill transcode film.mkv /srv/streams --protocol hls --profile constant
            laddermill transcode s3://uploads/films/film.mkv s3://streams
            laddermill transcode film.mkv /srv/streams --segments ts
            laddermill transcode film.mkv /srv/streams --progress none --json | jq .masterPlaylist

            The streams lie in /srv/streams/film.mkv: master.m3u8 for HLS, dash.mpd for DASH;
            with --segments ts also master-ts.m3u8, for old devices that know no fragmented MP4.
            Doing it again does nothing; after an interruption it goes on where it was.
            """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Shared.ChooseSandbox(parsed.GetValue(sandbox), parsed.InvocationConfiguration.Error);
        var document = new JobDocument
        {
            Source = parsed.GetRequiredValue(source),
            Destination = parsed.GetRequiredValue(destination),
            Profile = parsed.GetRequiredValue(profile),
            Protocols = parsed.GetValue(protocols),
            Segments = parsed.GetValue(segments),
            Force = parsed.GetValue(force),
            DeleteAfterHours = parsed.GetValue(deleteAfter),
            Prices = await Shared.ReadPricesAsync(parsed.GetValue(prices), cancellation),
        };
        var (output, error) = (
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error
        );
        var mode = parsed.GetValue(progress);
        Action<JobEnding>? tell =
            mode == ProgressMode.Json
                ? ending => output.WriteLine(new WorkLine { Result = ending }.ToJson())
            : parsed.GetValue(json) ? ending => output.WriteLine(ending.ToJson())
            : null;
        var run = new JobRun(new ProgressDisplay(output, error, TimeProvider.System), tell);
        var result = await run.RunAsync(document, mode, cancellation);
        var place = ObjectLocation.ParseDestination(
            document.Destination,
            Environment.CurrentDirectory
        );
        await ResultSummary.WriteAsync(error, place, result);
        return ExitCode.Done;
    }
}
