using Laddermill.Media;
using Laddermill.Processes;

namespace Laddermill.Tests.Media;

/// <summary>The one sign that is easily wrong: proved on pictures.</summary>
public sealed class RotationTests(TestMedia media)
{
    [Theory(Timeout = 60_000)]
    [InlineData(0, "left")]
    [InlineData(90, "bottom")]
    [InlineData(180, "right")]
    [InlineData(270, "top")]
    public async Task Turning_by_the_told_angle_is_what_ffmpeg_does_by_itself(int tag, string side)
    {
        var timeout = TestContext.Current.CancellationToken;
        // White on the left, black on the right.
        var flat = await media.ClipAsync(
            "flat.mp4",
            [
                .. "-f lavfi -i color=black:size=64x32:rate=1:duration=1".Split(' '),
                .. "-vf drawbox=w=32:h=32:color=white:t=fill -c:v libx264 -pix_fmt yuv420p".Split(
                    ' '
                ),
            ]
        );
        var turned = await media.ClipAsync(
            "turned.mov",
            [.. $"-i {flat} -c copy -metadata:s:v rotate={tag}".Split(' ')]
        );
        var info = await new Probe(TimeProvider.System).ReadAsync(
            MediaInput.FromFile(turned),
            timeout
        );
        var video = info.MainVideo!;
        Assert.Equal(side, SideOfWhiteAfter(video.Rotation));

        var pixels = await DecodeAsync(turned, timeout);
        Assert.Equal(video.DisplayWidth * video.DisplayHeight, pixels.Length);
        Assert.Equal(side, BrightSide(pixels, video.DisplayWidth, video.DisplayHeight));
    }

    /// <summary>Turning clockwise takes the left side up, then right, then down.</summary>
    private static string SideOfWhiteAfter(int clockwise) =>
        new[] { "left", "top", "right", "bottom" }[clockwise / 90];

    private static string BrightSide(byte[] pixels, int width, int height) =>
        (
            Left: pixels[height / 2 * width] > 128,
            Right: pixels[(height / 2 * width) + width - 1] > 128,
            Top: pixels[width / 2] > 128,
            Bottom: pixels[((height - 1) * width) + (width / 2)] > 128
        ) switch
        {
            (true, false, _, _) => "left",
            (false, true, _, _) => "right",
            (_, _, true, false) => "top",
            (_, _, false, true) => "bottom",
            _ => "none",
        };

    private static async Task<byte[]> DecodeAsync(string path, CancellationToken cancellationToken)
    {
        var command = new ToolCommand(
            "ffmpeg",
            [
                "-v",
                "error",
                "-i",
                path,
                .. "-f rawvideo -pix_fmt gray -frames:v 1 pipe:1".Split(' '),
            ]
        );
        await using var tool = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            null,
            cancellationToken
        );
        using var pixels = new MemoryStream();
        await tool.StandardOutput.CopyToAsync(pixels, cancellationToken);
        await tool.EnsureSuccessAsync("Could not decode.");
        return pixels.ToArray();
    }
}
