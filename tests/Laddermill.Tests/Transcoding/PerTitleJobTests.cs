using System.Text.Json.Nodes;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Pricing;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

/// <summary>Real samples of real clips.</summary>
public sealed class PerTitleJobTests(TestMedia media)
{
    private const int Minutes = 60_000;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly Profile Profile = Profiles.Parse(
        """
        { "tiny": { "extends": "per-title", "video": { "passthrough": "never", "rungs": [
          { "name": "180p", "width": 320, "height": 180, "maxBitrate": 1200000, "crf": 18, "preset": "ultrafast", "encoderOptions": ["trellis=0"], "threads": 1 },
          { "name": "90p", "width": 160, "height": 90, "maxBitrate": 500000, "crf": 18, "preset": "ultrafast", "encoderOptions": [], "threads": 1 } ] } } }
        """,
        "tiny.json"
    );

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_still_picture_needs_little_and_noise_all_that_it_may_have()
    {
        var still = await PlanAsync(await ClipAsync("still.mp4", "smptebars=size=320x180:rate=25"));
        var noise = await PlanAsync(
            await ClipAsync("noise.mp4", "nullsrc=size=320x180:rate=25,geq=random(1)*255:128:128")
        );

        var (easy, hard) = (still.Plan.Video!.Renditions[0], noise.Plan.Video!.Renditions[0]);
        Assert.Equal((23, 400_000), (easy.Crf, easy.MaxBitrate));
        Assert.Equal((18, 1_200_000), (hard.Crf, hard.MaxBitrate));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_soft_picture_gets_no_rung_that_shows_nothing_new()
    {
        var made = await PlanAsync(
            await ClipAsync("soft.mp4", "gradients=size=320x180:rate=25:seed=3")
        );

        Assert.Equal(
            ["video-90p"],
            made.Plan.Video!.Renditions.Select(rendition => rendition.Name)
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Rungs_of_one_size_are_tried_like_any_others()
    {
        var clip = await ClipAsync("twins.mp4", "testsrc2=size=320x180:rate=25");
        var top = Profile.Video.Rungs[0];
        var twins = Profile with
        {
            Video = Profile.Video with
            {
                Rungs = [top with { Name = "180p-rich", MaxBitrate = 2 * top.MaxBitrate }, top],
            },
        };

        var made = await SourcePlanner.MakeAsync(
            MediaInput.FromFile(clip),
            twins,
            TimeProvider.System,
            Cancellation
        );

        Assert.Equal(2, made.Plan.Video!.Renditions.Length);
        Assert.Equal(4, made.Content!.Trials.Length);
        Assert.Empty(made.Content.Detail);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task The_same_film_is_always_planned_alike()
    {
        var clip = await ClipAsync("same.mp4", "testsrc2=size=320x180:rate=25");

        var (one, two) = (await PlanAsync(clip), await PlanAsync(clip));

        Assert.Equal(one.Plan.ToJson(), two.Plan.ToJson());
        Assert.NotNull(one.Content);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task What_a_sample_is_made_of_is_known_without_the_rest_of_the_film()
    {
        var made = await PlanAsync(
            await ClipAsync("parts.mp4", "testsrc2=size=320x180:rate=25"),
            new Prices(ProcessorHour: 1)
        );

        Assert.NotNull(made.Estimate);
        Assert.False(made.Estimate.IsRough);
        Assert.True((double)JsonNode.Parse(made.ToJson())!["estimate"]!["cost"]! > 0);
        Assert.Equal(2, made.Content!.Trials.Select(trial => trial.Rendition).Distinct().Count());
        Assert.All(made.Content.Trials, trial => Assert.InRange(trial.Ssim, 0.5, 1));
        Assert.All(made.Content.Work, sample => Assert.InRange(sample.CpuSeconds, 0.01, 60));
        Assert.Equal(36, made.Content.Work.Sum(sample => sample.Frames));
    }

    /// <summary>A minute, which is just long enough to be worth trying.</summary>
    private Task<string> ClipAsync(string name, string picture) =>
        media.ClipAsync(
            name,
            [
                "-f",
                "lavfi",
                "-i",
                picture,
                "-t",
                "60",
                .. "-c:v libx264 -preset ultrafast -crf 10 -g 50 -pix_fmt yuv420p".Split(' '),
            ]
        );

    private static Task<SourcePlan> PlanAsync(string file, Prices? prices = null) =>
        SourcePlanner.MakeAsync(
            MediaInput.FromFile(file),
            Profile,
            TimeProvider.System,
            Cancellation,
            prices: prices
        );
}
