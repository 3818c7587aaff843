using System.Collections.Immutable;
using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Tests.Ladders;

public sealed class PerTitleTests
{
    private static readonly Profile Profile = Profiles.Load("per-title");
    private static readonly MediaInfo Film = Sources.File(Sources.Video(seconds: 600));
    private static readonly string[] Names = ["video-1080p", "video-720p", "video-360p"];

    [Fact]
    public void An_easy_film_gets_a_lower_quality_and_lower_caps()
    {
        var video = Plan(Content(ssim: 0.9985, loss: 0.0005, kilobits: 700)).Video!;

        Assert.Equal(
            Plan(null).Video!.Renditions.Select(rendition => rendition.Crf + PerTitle.CrfSteps[^1]),
            video.Renditions.Select(rendition => rendition.Crf)
        );
        Assert.Equal([1_500_000, 900_000, 300_000], video.Renditions.Select(r => r.MaxBitrate));
    }

    [Fact]
    public void A_hard_film_is_made_as_the_profile_says()
    {
        var plan = Plan(Content(ssim: 0.96, loss: 0.01, kilobits: 9000));

        Assert.Equal(
            Plan(null).Video!.Renditions.Select(Show),
            plan.Video!.Renditions.Select(Show)
        );
        Assert.Contains(
            plan.Decisions,
            decision =>
                decision.Subject == "per title 1080p"
                && decision.Reason.StartsWith(
                    "as the profile says: samples have SSIM 0.9600",
                    default
                )
        );
    }

    [Theory]
    // 0.002 is lost at most, and 0.99 kept at least.
    [InlineData(0.9950, 0.0100, 1.5)]
    [InlineData(0.9910, 0.0050, 1)]
    [InlineData(0.9899, 0.0001, 0)]
    public void No_rung_loses_what_could_be_seen(double ssim, double loss, double steps)
    {
        var chosen = Plan(Content(ssim, loss, kilobits: 3000)).Video!.Renditions[0].Crf;

        Assert.Equal(Plan(null).Video!.Renditions[0].Crf + steps, chosen);
    }

    [Fact]
    public void A_rung_that_shows_no_more_than_the_next_is_left_out()
    {
        var plan = Plan(
            Content(0.99, 0.01, 3000) with
            {
                Detail =
                [
                    new DetailTrial("video-1080p", 0.9991),
                    new DetailTrial("video-720p", 0.97),
                ],
            }
        );

        Assert.Equal(["video-720p", "video-360p"], plan.Video!.Renditions.Select(r => r.Name));
        Assert.Contains(
            plan.Decisions,
            decision =>
                decision.Subject == "per title 1080p"
                && decision.Reason.StartsWith("left out: 720p shows the same", default)
        );
    }

    [Fact]
    public void Caps_fall_from_rung_to_rung_whatever_the_samples_say()
    {
        var easyOnTop = Content(0.999, 0.0001, 400) with { };
        easyOnTop = easyOnTop with
        {
            Trials =
            [
                .. easyOnTop.Trials.Select(trial =>
                    trial.Rendition == "video-720p" ? trial with { PeakBytes = 20_000 } : trial
                ),
            ],
        };

        var caps = Plan(easyOnTop).Video!.Renditions.Select(rendition => rendition.MaxBitrate);

        Assert.Equal([3_050_000, 3_000_000, 300_000], caps);
    }

    [Theory]
    [InlineData(30, "per-title", "no: the film is too short: trying would cost more than it saves")]
    [InlineData(600, "per-title", "no: samples of it could not be encoded")]
    [InlineData(600, "default", null)]
    public void Why_nothing_was_tried_is_told(double seconds, string profile, string? reason)
    {
        var plan = Planner.Make(
            Sources.File(Sources.Video(seconds: seconds)),
            null,
            Profiles.Load(profile)
        );

        Assert.Equal(
            reason,
            plan.Decisions.FirstOrDefault(decision => decision.Subject == "per title")?.Reason
        );
    }

    [Theory]
    [InlineData(20, 3, 36)]
    [InlineData(600, 6, 187)]
    [InlineData(7200, 6, 288)]
    public void Samples_stand_for_all_of_a_film(double seconds, int count, int frames)
    {
        var plan = Planner.Make(Sources.File(Sources.Video(seconds: seconds)), null, Profile);

        Assert.Equal(count, plan.Samples.Length);
        Assert.InRange(plan.Samples.Sum(sample => sample.FrameCount), frames - count, frames);
        Assert.All(
            plan.Samples,
            (sample, index) =>
            {
                var part = seconds / count;
                Assert.InRange(sample.SeekTo!.Value, part * index, part * (index + 1));
                Assert.InRange(
                    sample.SeekTo.Value + sample.FrameCount / 25.0,
                    part * index,
                    part * (index + 1)
                );
            }
        );
    }

    [Fact]
    public void A_film_of_a_moment_is_its_own_sample()
    {
        var plan = Planner.Make(Sources.File(Sources.Video(seconds: 1)), null, Profile);

        Assert.Equal(new SampleRange(25, null), Assert.Single(plan.Samples));
    }

    [Fact]
    public void A_film_that_cannot_be_entered_is_tried_at_its_start()
    {
        var plan = Planner.Make(
            Sources.File(Sources.Video(seconds: 60)) with
            {
                Container = "avi",
            },
            null,
            Profile
        );

        Assert.Equal(new SampleRange(36, null), Assert.Single(plan.Samples));
    }

    private static Plan Plan(ContentMeasure? content) =>
        Planner.Make(Film, null, Profile, content: content);

    private static string Show(VideoRendition rendition) =>
        $"{rendition.Name} {rendition.Crf} {rendition.MaxBitrate}";

    /// <summary>Two trials of each rung; each next rung takes half of the bytes.</summary>
    /// <param name="loss">How much similarity the second one has less.</param>
    private static ContentMeasure Content(double ssim, double loss, double kilobits) =>
        new(
            [
                .. Names.SelectMany(
                    (name, index) =>
                    {
                        var bytes = kilobits * 125 / 25 / Math.Pow(2, index);
                        var crf = Plan(null).Video!.Renditions[index].Crf;
                        return new[]
                        {
                            new Trial(name, crf, ssim, bytes * 4, bytes, bytes),
                            new Trial(
                                name,
                                crf + PerTitle.CrfSteps[^1],
                                ssim - loss,
                                bytes * 2,
                                bytes / 2,
                                bytes / 2
                            ),
                        };
                    }
                ),
            ],
            ImmutableArray<DetailTrial>.Empty,
            []
        );
}
