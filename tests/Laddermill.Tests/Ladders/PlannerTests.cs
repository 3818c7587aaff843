using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Tests.Ladders;

public sealed class PlannerTests
{
    private static readonly Profile Default = Profiles.Load("default");

    [Theory]
    [InlineData(3840, 2160, "1080p 1920x1080, 720p 1280x720, 360p 640x360")]
    [InlineData(1920, 1080, "1080p 1920x1080, 720p 1280x720, 360p 640x360")]
    [InlineData(1280, 720, "720p 1280x720, 360p 640x360")]
    [InlineData(426, 240, "240p 426x240")]
    [InlineData(854, 480, "480p 854x480, 360p 640x360")]
    [InlineData(1080, 1920, "1080p 1080x1920, 720p 720x1280, 360p 360x640")]
    [InlineData(1920, 800, "1080p 1920x800, 720p 1280x534, 360p 640x266")]
    [InlineData(1440, 1080, "1080p 1440x1080, 720p 960x720, 360p 480x360")]
    [InlineData(1916, 1078, "1080p 1916x1078, 720p 1280x720, 360p 640x360")]
    [InlineData(1000, 1000, "1000p 1000x1000, 720p 720x720, 360p 360x360")]
    [InlineData(321, 181, "180p 320x180")]
    public void The_ladder_fits_the_source_and_enlarges_nothing(
        int width,
        int height,
        string expected
    )
    {
        var plan = Planner.Make(Sources.File(Sources.Video(width, height)), null, Default);

        Assert.Equal(
            expected,
            string.Join(
                ", ",
                plan.Video!.Renditions.Select(r =>
                    $"{r.Name["video-".Length..]} {r.Width}x{r.Height}"
                )
            )
        );
    }

    [Fact]
    public void A_source_lying_on_its_side_gets_an_upright_ladder()
    {
        var plan = Planner.Make(
            Sources.File(Sources.Video() with { Rotation = 90 }),
            null,
            Default
        );

        Assert.Equal(
            (1080, 1920),
            (plan.Video!.Renditions[0].Width, plan.Video.Renditions[0].Height)
        );
    }

    [Fact]
    public void Pixels_that_are_not_square_are_squared()
    {
        var source = Sources.Video(720, 576) with { SampleAspectRatio = new Rational(64, 45) };

        var plan = Planner.Make(Sources.File(source), null, Default);

        Assert.Equal(
            (1024, 576),
            (plan.Video!.Renditions[0].Width, plan.Video.Renditions[0].Height)
        );
    }

    [Theory]
    [InlineData("24000/1001", "24000/1001", 48, 24_000)]
    [InlineData("24", "24", 48, 24_000)]
    [InlineData("25", "25", 50, 25_000)]
    [InlineData("30000/1001", "30000/1001", 60, 30_000)]
    [InlineData("30", "30", 60, 30_000)]
    [InlineData("50", "50", 100, 50_000)]
    [InlineData("60000/1001", "60000/1001", 120, 60_000)]
    [InlineData("60", "60", 120, 60_000)]
    [InlineData("120", "60", 120, 60_000)]
    [InlineData("90", "45", 90, 45_000)]
    [InlineData("1", "10", 20, 10_000)]
    [InlineData("15/2", "15", 30, 15_000)]
    [InlineData("12", "12", 24, 12_000)]
    public void The_frame_rate_is_kept_from_10_to_60_and_the_grid_counts_whole_frames(
        string source,
        string expected,
        int gop,
        int timescale
    )
    {
        var plan = Planner.Make(Sources.File(Sources.Video(rate: source)), null, Default);

        Assert.Equal(expected, plan.Video!.FrameRate.ToString());
        Assert.Equal(gop, plan.Video.GopFrames);
        Assert.Equal(timescale, plan.Grid.Timescale);
        Assert.All(
            plan.Grid.Boundaries[..^1],
            boundary => Assert.Equal(0, boundary % ((long)gop * plan.Grid.UnitTicks))
        );
        Assert.Equal(6, plan.Grid.TargetDuration);
    }

    [Fact]
    public void A_sliver_at_the_end_is_joined_with_a_group_of_pictures_of_the_segment_before()
    {
        var plan = Planner.Make(
            Sources.File(Sources.Video(frames: 301, seconds: 12.04)),
            null,
            Default
        );

        Assert.Equal(
            [0, 150, 250, 301],
            plan.Grid.Boundaries.Select(boundary => boundary / plan.Grid.UnitTicks)
        );
    }

    [Fact]
    public void The_film_is_cut_into_ranges_of_about_ten_segments_that_cover_it_once()
    {
        var plan = Planner.Make(Sources.File(Sources.Video(seconds: 600)), null, Default);

        Assert.Equal(10, plan.Ranges.Length);
        Assert.Equal(15_000, plan.Ranges.Sum(range => range.FrameCount));
        for (var index = 1; index < plan.Ranges.Length; index++)
        {
            Assert.Equal(
                plan.Ranges[index - 1].FirstFrame + plan.Ranges[index - 1].FrameCount,
                plan.Ranges[index].FirstFrame
            );
            Assert.Equal(
                plan.Ranges[index - 1].FirstSegment + plan.Ranges[index - 1].SegmentCount,
                plan.Ranges[index].FirstSegment
            );
            Assert.True(plan.Ranges[index].SeekTo < plan.Ranges[index].FirstFrame / 25.0);
        }
    }

    [Fact]
    public void A_container_that_cannot_be_entered_exactly_is_decoded_in_one_go()
    {
        var source = Sources.File(Sources.Video(seconds: 600)) with { Container = "avi" };

        var plan = Planner.Make(source, null, Default);

        Assert.Single(plan.Ranges);
        Assert.Contains(
            plan.Decisions,
            decision =>
                decision.Subject == "ranges"
                && decision.Reason.Contains("avi", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Equal_sources_give_equal_plans()
    {
        var source = Sources.File(Sources.Video(), Sources.Audio());

        Assert.Equal(
            Planner.Make(source, null, Default).ToJson(),
            Planner.Make(source, null, Default).ToJson()
        );
    }

    [Fact]
    public void Every_audio_track_becomes_a_rendition_of_its_own_with_its_language()
    {
        var plan = Planner.Make(
            Sources.File(
                Sources.Video(),
                Sources.Audio(1, "eng"),
                Sources.Audio(2, "ger"),
                Sources.Audio(3, "eng"),
                Sources.Audio(4, null)
            ),
            null,
            Default
        );

        Assert.Equal(
            ["audio-eng-2ch", "audio-ger-2ch", "audio-eng-2ch-2", "audio-und-2ch"],
            plan.Audio.Select(track => track.Name)
        );
        Assert.Equal(["en", "de", "en", null], plan.Audio.Select(track => track.Language));
        Assert.Equal(
            ["English", "German", "English 2", "Audio"],
            plan.Audio.Select(track => track.Label)
        );
        Assert.Equal([true, false, false, false], plan.Audio.Select(track => track.IsDefault));
    }

    [Fact]
    public void A_track_that_nobody_can_decode_is_left_out_and_its_loss_is_told()
    {
        var plan = Planner.Make(
            Sources.File(
                Sources.Video(),
                Sources.Audio() with
                {
                    Codec = "unknown",
                    CodecTag = "fpcm",
                }
            ),
            null,
            Default
        );

        Assert.Empty(plan.Audio);
        Assert.Equal(
            "track 1 is left out: nothing here can decode its codec (fpcm)",
            Assert.Single(plan.Decisions, decision => decision.IsLoss).Reason
        );
    }

    [Fact]
    public void A_hostile_language_tag_does_not_become_a_folder()
    {
        var plan = Planner.Make(
            Sources.File(Sources.Video(), Sources.Audio(language: "../../x")),
            null,
            Default
        );

        Assert.Equal("audio-und-2ch", plan.Audio[0].Name);
    }

    [Fact]
    public void Tracks_of_more_than_stereo_get_5_1_beside_the_mix_unless_the_profile_says_no()
    {
        var source = Sources.File(
            Sources.Video(),
            Sources.Audio(1, "eng") with
            {
                Channels = 6,
                Layout = "5.1(side)",
            },
            Sources.Audio(2, "ger"),
            Sources.Audio(3, "fre") with
            {
                Channels = 8,
                Layout = "7.1",
            },
            Sources.Audio(4, "ita") with
            {
                Channels = 12,
                Layout = null,
            }
        );

        Assert.Equal(
            [
                ("audio-eng-2ch", 128_000, AudioMix.Down),
                ("audio-ger-2ch", 128_000, AudioMix.AsIs),
                ("audio-fre-2ch", 128_000, AudioMix.Down),
                ("audio-ita-2ch", 128_000, AudioMix.FirstTwo),
                ("audio-eng-6ch", 320_000, AudioMix.AsIs),
                ("audio-fre-6ch", 320_000, AudioMix.Down),
            ],
            Planner
                .Make(source, null, Default)
                .Audio.Select(each => (each.Name, each.Bitrate, each.Mix))
        );
        var plain = Profiles.Parse(
            """{ "p": { "extends": "default", "audio": { "surround": "none" } } }""",
            "p.json"
        );
        Assert.All(Planner.Make(source, null, plain).Audio, each => Assert.Equal(2, each.Channels));
    }

    [Fact]
    public void Tracks_for_some_are_named_and_marked_and_do_not_play_by_themselves()
    {
        var plan = Planner.Make(
            Sources.File(
                Sources.Video(),
                Sources.Audio(1, "eng") with
                {
                    IsCommentary = true,
                },
                Sources.Audio(2, "eng") with
                {
                    IsVisualImpaired = true,
                },
                Sources.Audio(3, "eng") with
                {
                    IsHearingImpaired = true,
                },
                Sources.Audio(4, "eng"),
                Sources.Audio(5, "eng") with
                {
                    IsVisualImpaired = true,
                    IsDependent = true,
                }
            ),
            null,
            Default
        );

        Assert.Equal(
            [
                ("English (commentary)", "commentary", false),
                ("English (audio description)", "alternate description", false),
                ("English (clear dialogue)", "alternate enhanced-audio-intelligibility", false),
                ("English", "main", true),
            ],
            plan.Audio.Select(each => (each.Label, string.Join(' ', each.Roles), each.IsDefault))
        );
        Assert.Contains(
            plan.Decisions,
            decision => decision.Reason.StartsWith("track 5 is left out", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_source_without_sound_gets_no_audio_and_the_plan_says_why()
    {
        var plan = Planner.Make(Sources.File(Sources.Video()), null, Default);

        Assert.Empty(plan.Audio);
        Assert.Contains(
            plan.Decisions,
            decision => decision is { Subject: "audio", Reason: "none: the source has no sound" }
        );
    }

    [Fact]
    public void A_source_without_a_picture_is_cut_at_whole_access_units()
    {
        var plan = Planner.Make(Sources.File(null, Sources.Audio(seconds: 60)), null, Default);

        Assert.Null(plan.Video);
        Assert.Empty(plan.Ranges);
        Assert.All(
            plan.Grid.Boundaries,
            boundary => Assert.Equal(0, boundary % AudioRendition.FrameSamples)
        );
        Assert.InRange(plan.Grid.Duration, 60, 60.022);
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(60, 10)]
    public void The_thumbnail_is_from_ten_seconds_or_the_middle_of_a_shorter_film(
        double seconds,
        double expected
    )
    {
        var plan = Planner.Make(Sources.File(Sources.Video(seconds: seconds)), null, Default);

        Assert.Equal(expected, plan.Thumbnail!.SourceTime);
        Assert.Equal((1280, 720), (plan.Thumbnail.Width, plan.Thumbnail.Height));
    }

    [Fact]
    public void The_thumbnail_of_a_small_source_is_not_enlarged()
    {
        var plan = Planner.Make(Sources.File(Sources.Video(320, 240)), null, Default);

        Assert.Equal((320, 240), (plan.Thumbnail!.Width, plan.Thumbnail.Height));
    }

    [Fact]
    public void Sound_that_starts_a_little_earlier_is_cut_and_much_earlier_sound_is_kept()
    {
        var late = Sources.Video() with { StartTime = 5 };

        Assert.Equal(
            5,
            Planner.Make(Sources.File(late, Sources.Audio(start: 4.9)), null, Default).Video!.Origin
        );
        var kept = Planner.Make(Sources.File(late, Sources.Audio(start: 0)), null, Default);
        Assert.Equal(0, kept.Video!.Origin);
        Assert.Equal(1500 + 125, kept.Video.Frames);
    }
}
