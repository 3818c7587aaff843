using System.Runtime.InteropServices;
using Laddermill.Packaging;

namespace Laddermill.Tests.Packaging;

public sealed class SoundTimelineTests
{
    private readonly SoundTimeline timeline = new(48_000, 48_000);

    [Fact]
    public void A_late_start_is_filled_to_the_sample() =>
        Assert.Equal(new Placement(7, 0, 1024), timeline.Place(7, 1024));

    [Fact]
    public void Small_deviations_of_time_stamps_are_let_pass()
    {
        timeline.Place(0, 1024);
        Assert.Equal(new Placement(0, 0, 1024), timeline.Place(1024 + 1000, 1024));
        Assert.Equal(new Placement(0, 0, 1024), timeline.Place(2100, 1024));
        Assert.Equal(new Placement(0, 0, 1024), timeline.Place(3072 - 900, 1024));
    }

    [Fact]
    public void A_hole_is_filled_and_later_sound_is_where_it_belongs()
    {
        timeline.Place(0, 1024);
        Assert.Equal(new Placement(8976, 0, 1024), timeline.Place(10_000, 1024));
        Assert.Equal(11_024, timeline.Position);
        Assert.Equal(2048, timeline.Heard);
    }

    [Fact]
    public void Sound_that_comes_twice_is_cut()
    {
        timeline.Place(0, 10_000);
        Assert.Equal(new Placement(0, 4096, 0), timeline.Place(2000, 4096));
        Assert.Equal(new Placement(0, 5000, 2000), timeline.Place(5000, 7000));
        Assert.Equal(12_000, timeline.Position);
    }

    [Fact]
    public void Packets_that_a_muxer_crowded_together_come_from_a_jump_back_and_are_left_out()
    {
        timeline.Place(0, 1024);
        timeline.Place(1024, 1024);
        Assert.Equal(new Placement(0, 1024, 0), timeline.Place(1025, 1024));
        Assert.Equal(new Placement(0, 1024, 0), timeline.Place(1026, 1024));
        Assert.Equal(new Placement(0, 0, 1024), timeline.Place(2000, 1024));
    }

    [Fact]
    public void Packets_of_a_single_sample_follow_each_other()
    {
        timeline.Place(0, 1);
        Assert.Equal(new Placement(0, 0, 1), timeline.Place(1, 1));
        Assert.Equal(new Placement(0, 0, 1024), timeline.Place(2, 1024));
        Assert.Equal(new Placement(0, 1024, 0), timeline.Place(3, 1024));
        Assert.Equal(1026, timeline.Position);
    }

    [Fact]
    public void What_lies_behind_the_end_is_left_out()
    {
        timeline.Place(0, 47_000);
        Assert.Equal(new Placement(0, 0, 1000), timeline.Place(47_000, 4096));
        Assert.Equal(new Placement(0, 0, 0), timeline.Place(51_096, 4096));
        Assert.Equal(0, timeline.Remaining);
    }

    [Fact]
    public void A_start_behind_the_end_leaves_silence() =>
        Assert.Equal(new Placement(48_000, 0, 0), timeline.Place(100_000, 1024));

    [Fact]
    public void What_is_no_number_is_silenced_and_what_is_too_high_is_cut()
    {
        float[] samples =
        [
            .. Enumerable.Repeat(0.5f, 37),
            float.NaN,
            float.PositiveInfinity,
            float.NegativeInfinity,
            1e30f,
            -0.25f,
        ];
        samples[3] = float.NaN;
        samples[4] = float.NegativeInfinity;

        SoundSamples.Clean(MemoryMarshal.AsBytes(samples.AsSpan()));

        Assert.Equal([0.5f, 0, -4, 0.5f], samples[2..6]);
        Assert.Equal([0, 4, -4, 4, -0.25f], samples[^5..]);
    }
}
