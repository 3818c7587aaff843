using Laddermill.Media;
using Laddermill.Processes;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

/// <summary>Whether the source is to blame, and what people are told.</summary>
public sealed class UndecodableSourceTests
{
    private static readonly MediaInput Input = MediaInput.FromFile("/films/a.mp4");

    [Theory]
    [InlineData("file:/films/a.mp4", 1, "Invalid NAL unit size", true)]
    [InlineData("file:/films/a.mp4", 69, "Invalid NAL unit size", true)]
    [InlineData("file:/films/a.mp4", 137, "Invalid NAL unit size", false)]
    [InlineData("file:/films/a.mp4", 1, "unix:/x.sock: Broken pipe", false)]
    [InlineData("unix:/tmp/sound.sock", 1, "Input contains NaN", false)]
    public void Only_who_read_the_source_can_blame_it(
        string address,
        int exitCode,
        string line,
        bool expected
    ) =>
        Assert.Equal(
            expected,
            UndecodableSource.IsCauseOf(Failure(address, exitCode, line), Input)
        );

    [Fact]
    public void People_are_told_why_and_not_that_ffmpeg_gave_up() =>
        Assert.EndsWith(
            "ffmpeg said: Invalid NAL unit size",
            UndecodableSource
                .Rejection(
                    Failure(
                        Input.Address,
                        1,
                        "Invalid NAL unit size",
                        "Error marking filters as finished",
                        "Conversion failed!"
                    ),
                    Input.Name
                )
                .Message,
            StringComparison.Ordinal
        );

    private static ToolFailedException Failure(
        string address,
        int exitCode,
        params string[] lines
    ) =>
        new(
            "Encoding failed.",
            new ToolCommand("ffmpeg", ["-i", address, "-f", "null", "-"]),
            new ToolExit(exitCode, [.. lines], null)
        );
}
