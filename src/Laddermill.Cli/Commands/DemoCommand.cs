using System.CommandLine;
using Laddermill.Cli.Progress;
using Laddermill.Jobs;
using Laddermill.Processes;
using Laddermill.Storage;

namespace Laddermill.Cli.Commands;

/// <summary><c>laddermill demo</c>: the main job on a sample made on the spot, with two folders as buckets.</summary>
internal sealed class DemoCommand : Command, IExplainedCommand
{
    private readonly Argument<string> folder = new("FOLDER")
    {
        Description = "Where the sample and the streams go.",
        DefaultValueFactory = _ => "demo",
    };
    private readonly Option<ProgressMode> progress = Shared.Progress();

    public DemoCommand()
        : base("demo", "Make a sample of 20 seconds, transcode it, and say how to play it.")
    {
        Arguments.Add(folder);
        Options.Add(progress);
        SetAction(RunAsync);
    }

    public string Examples =>
        """
            laddermill demo            leaves everything in the folder demo
            laddermill demo /tmp/try   leaves it in another
            """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error
        );
        var root = Path.GetFullPath(parsed.GetRequiredValue(folder));
        var sample = Path.Combine(root, "source", "sample.mp4");
        if (!File.Exists(sample))
        {
            await error.WriteLineAsync($"Making {sample}: 20 s, 1920x1080, 30 frames/s, stereo.");
            await MakeSampleAsync(sample, cancellation);
        }
        var document = new JobDocument
        {
            Source = sample,
            Destination = Path.Combine(root, "published"),
        };
        await error.WriteLineAsync(
            Words.Harmless($"laddermill transcode {document.Source} {document.Destination}")
        );
        var run = new JobRun(new ProgressDisplay(output, error, TimeProvider.System), null);
        var result = await run.RunAsync(document, parsed.GetValue(progress), cancellation);
        var place = ObjectLocation.ParseDestination(document.Destination, root);
        await ResultSummary.WriteAsync(error, place, result);
        var playlist = ResultSummary.Address(place, result.MasterPlaylist!);
        var play = new ToolCommand("ffplay", ["-allowed_extensions", "ALL", playlist]);
        await error.WriteHarmlessAsync([
            "Play it with ffplay (comes with ffmpeg), or open the same file in VLC or Safari:",
            $"  {play}",
        ]);
        return ExitCode.Done;
    }

    /// <summary>ffmpeg's moving test picture, which shows the time, and a tone for each ear.</summary>
    private static async Task MakeSampleAsync(string path, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = path + ".part";
        var command = new ToolCommand(
            "ffmpeg",
            [
                .. "-nostdin -hide_banner -loglevel error -y".Split(' '),
                .. "-f lavfi -i testsrc2=size=1920x1080:rate=30:duration=20".Split(' '),
                .. "-f lavfi -i aevalsrc=0.2*sin(440*2*PI*t)|0.2*sin(660*2*PI*t):duration=20:sample_rate=48000".Split(
                    ' '
                ),
                .. "-c:v libx264 -preset veryfast -crf 18 -pix_fmt yuv420p".Split(' '),
                .. "-c:a aac -b:a 192k -metadata:s:a:0 language=eng -movflags +faststart -f mp4".Split(
                    ' '
                ),
                "file:" + unfinished,
            ]
        )
        {
            Package = "ffmpeg",
        };
        await using var tool = ToolProcess.Start(command, cancellationToken: cancellation);
        await tool.EnsureSuccessAsync("Making the sample failed.");
        File.Move(unfinished, path, overwrite: true);
    }
}
