using Laddermill.Processes;

namespace Laddermill.Cli.Commands.Demo;

/// <summary>ffmpeg's moving test picture, which shows the time, and a tone for each ear.</summary>
internal static class DemoSample
{
    /// <param name="path">Appears whole, as uploads should.</param>
    public static async Task MakeAsync(string path, CancellationToken cancellation)
    {
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
