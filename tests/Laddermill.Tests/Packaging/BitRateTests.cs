using Laddermill.Packaging;

namespace Laddermill.Tests.Packaging;

public sealed class BitRateTests
{
    [Fact]
    public void The_peak_is_the_heaviest_run_of_half_to_one_and_a_half_target_durations()
    {
        // 6 s target: 3 to 9 s count. The 1 s segment of 800 kbit/s is too short to count by itself.
        var rate = Of((6, 600), (1, 100), (2, 50), (6, 450));
        Assert.Equal(new BitRate(800, 640), rate);
    }

    [Fact]
    public void A_short_segment_counts_with_its_neighbours()
    {
        // 2 + 2 s together at 1 kbit/s.
        var rate = Of((6, 300), (2, 250), (2, 250), (6, 300));
        Assert.Equal(new BitRate(1000, 550), rate);
    }

    [Fact]
    public void Media_shorter_than_any_run_counts_as_one() =>
        Assert.Equal(new BitRate(400, 400), Of((2, 100)));

    [Fact]
    public void A_fraction_of_a_bit_is_rounded_up() => Assert.Equal(new BitRate(2, 2), Of((7, 1)));

    [Fact]
    public void Without_segments_there_is_no_rate() => Assert.Equal(default, Of());

    private static BitRate Of(params (int Seconds, int Bytes)[] segments)
    {
        var start = 0;
        var track = Presentations.Of("silent-portrait").Video[0] with
        {
            Timescale = 1,
            Segments =
            [
                .. segments.Select(
                    (s, i) =>
                        new PackagedSegment(
                            i,
                            (start += s.Seconds) - s.Seconds,
                            s.Seconds,
                            s.Bytes,
                            []
                        )
                ),
            ],
        };
        return BitRate.Of(track, 6);
    }
}
