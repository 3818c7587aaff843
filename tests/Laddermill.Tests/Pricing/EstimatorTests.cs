using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Pricing;

namespace Laddermill.Tests.Pricing;

public sealed class EstimatorTests
{
    private static readonly Profile Profile = Profiles.Load("default");
    private static readonly Prices Machine = new(
        ProcessorHour: 0.0125,
        MemoryHour: 0.0015,
        Processors: 2,
        Memory: 8
    );

    [Fact]
    public void Twice_the_film_takes_twice_as_much_but_for_what_any_job_takes()
    {
        var (one, two, four) = (Of(600), Of(1200), Of(2400));

        Assert.Equal(2 * (two.CpuSeconds - one.CpuSeconds), four.CpuSeconds - two.CpuSeconds, 0.3);
        Assert.InRange(two.Bytes - 2 * one.Bytes, -10, 10);
        Assert.Equal(2 * (two.Cost - one.Cost)!.Value, (four.Cost - two.Cost)!.Value, 4);
    }

    [Fact]
    public void A_faster_machine_needs_less_time_and_a_larger_one_too_while_there_are_ranges()
    {
        var usual = Of(1200);
        var fast = Of(1200, Machine with { Speed = 2 });
        var large = Of(1200, Machine with { Processors = 8 });
        var idle = Of(20, Machine with { Processors = 8 });

        Assert.Equal(usual.CpuSeconds / 2, fast.CpuSeconds, 0.1);
        Assert.Equal(usual.CpuSeconds, large.CpuSeconds);
        Assert.InRange(large.WallSeconds, usual.WallSeconds / 4.1, usual.WallSeconds / 3.9);
        Assert.Equal(Of(20).WallSeconds, idle.WallSeconds);
    }

    [Fact]
    public void Constant_rates_are_known_beforehand()
    {
        var film = Film(600);
        var plan = Planner.Make(film, null, Profiles.Load("constant"));

        var estimate = Estimator.Estimate(film, plan, Content(plan), Machine);

        Assert.Equal((9_000_000 + 128_000) / 8.0 * 600, estimate.Bytes, 1e6);
    }

    [Fact]
    public void A_copied_stream_has_the_bytes_that_it_has()
    {
        var film = Sources.File(Sources.Video(seconds: 600) with { BitRate = 4_000_000 });
        var plan = Planner.Make(film, null, Profile);
        plan = plan with
        {
            Video = plan.Video! with
            {
                Renditions = [plan.Video.Renditions[0] with { Copied = new(6_000_000, 0) }],
            },
        };

        var estimate = Estimator.Estimate(film, plan, null, Machine);

        Assert.False(estimate.IsRough);
        Assert.InRange(estimate.Bytes, 299_000_000, 301_000_000);
    }

    [Fact]
    public void Where_nothing_could_be_tried_it_says_that_it_is_rough()
    {
        var film = Film(600);
        var estimate = Estimator.Estimate(film, Planner.Make(film, null, Profile), null, Machine);

        Assert.True(estimate.IsRough);
        Assert.InRange(estimate.CpuSeconds, 100, 3000);
        Assert.False(Of(600).IsRough);
    }

    private static MediaInfo Film(double seconds) =>
        Sources.File(Sources.Video(seconds: seconds), Sources.Audio(seconds: seconds));

    private static JobCost Of(double seconds, Prices? prices = null)
    {
        var film = Film(seconds);
        var plan = Planner.Make(film, null, Profile);
        return Estimator.Estimate(film, plan, Content(plan), prices ?? Machine);
    }

    private static ContentMeasure Content(Plan plan) =>
        new(
            [
                .. plan.Video!.Renditions.Select(rendition => new Trial(
                    rendition.Name,
                    rendition.Crf,
                    0.99,
                    30_000,
                    5_000,
                    6_000
                )),
            ],
            [],
            [new SampleWork(12, 0.7), new SampleWork(12, 0.7), new SampleWork(12, 0.6)]
        );
}
