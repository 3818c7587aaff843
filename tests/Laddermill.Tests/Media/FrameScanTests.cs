using System.Text;
using Laddermill.Media;

namespace Laddermill.Tests.Media;

public sealed class FrameScanTests
{
    [Fact]
    public void An_exact_table_of_evenly_spaced_frames_needs_no_scan() =>
        Assert.False(FrameScan.IsNeeded(Info()));

    [Theory]
    [InlineData("matroska,webm", "25/1", "25/1", "250", "10.0")]
    [InlineData("mov,mp4", "60/1", "25/1", "250", "10.0")]
    // One frame was cut away by an edit list, or the last one lasts longer.
    [InlineData("mov,mp4", "25/1", "25/1", "250", "9.96")]
    [InlineData("mov,mp4", "30000/1001", "20000/667", "250", "8.3375")]
    [InlineData("mov,mp4", "25/1", "25/1", "", "10.0")]
    [InlineData("mov,mp4", "25/1", "0/0", "250", "10.0")]
    public void A_doubt_needs_a_scan(
        string container,
        string lowest,
        string average,
        string frames,
        string duration
    ) => Assert.True(FrameScan.IsNeeded(Info(container, lowest, average, frames, duration)));

    [Fact]
    public void A_plain_average_is_enough_even_if_the_clock_of_the_stream_is_finer() =>
        Assert.False(
            FrameScan.IsNeeded(
                Info(lowest: "30/1", average: "30000/1001", frames: "300", duration: "10.01")
            )
        );

    private static MediaInfo Info(
        string container = "mov,mp4",
        string lowest = "25/1",
        string average = "25/1",
        string frames = "250",
        string duration = "10.0"
    ) =>
        FfprobeReader.Read(
            Encoding.UTF8.GetBytes(
                $$"""
                {"format":{"format_name":"{{container}}"},"streams":[{"index":0,"codec_type":"video",
                 "r_frame_rate":"{{lowest}}","avg_frame_rate":"{{average}}","nb_frames":"{{frames}}",
                 "duration":"{{duration}}","width":64,"height":64}]}
                """
            ),
            "test"
        );
}
