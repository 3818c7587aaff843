using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Tests.Ladders;

/// <summary>Sources of HEVC whose own stream is published beside the ladder.</summary>
public sealed class HevcCopyTests
{
    private static readonly Profile Asked = Profiles.Parse(
        """{ "p": { "extends": "default", "video": { "hevcPassthrough": "auto" } } }""",
        "test"
    );

    private static readonly VideoStream Hevc = Sources.Video() with
    {
        Codec = "hevc",
        Profile = "Main",
        Level = 120,
    };

    private static readonly CodedVideo Good = StreamCopyTests.Coded(
        1500,
        5_000,
        StreamCopyTests.Every(75, 20)
    );

    private static Plan Plan(
        CodedVideo? coded = null,
        VideoStream? stream = null,
        Profile? profile = null
    ) =>
        Planner.Make(
            Sources.File(stream ?? Hevc, Sources.Audio()),
            null,
            profile ?? Asked,
            coded: coded ?? Good
        );

    private static string Why(Plan plan) =>
        plan.Decisions.Single(decision => decision.Subject == "passthrough").Reason;

    [Fact]
    public void A_stream_that_players_can_take_stands_beside_the_whole_ladder()
    {
        var plan = Plan();

        Assert.Equal(
            ["video-hevc-1080p", "video-1080p", "video-720p", "video-360p"],
            plan.Video!.Renditions.Select(rendition => rendition.Name)
        );
        var copied = plan.Video.Renditions[0];
        Assert.Equal(new CopiedStream(1_000_000, 1) { Codec = CopiedCodec.Hevc }, copied.Copied);
        Assert.Equal((1920, 1080, 40), (copied.Width, copied.Height, copied.Level));
        Assert.All(plan.Video.Renditions.Skip(1), each => Assert.Null(each.Copied));
        Assert.StartsWith(
            "the source's own stream is published as well, not encoded again, beside the whole ladder: HEVC Main of 1920x1080, at most 1000 kbit/s",
            Why(plan),
            StringComparison.Ordinal
        );
        Assert.Equal(
            [0, 150, 300],
            plan.Grid.Boundaries.Take(3).Select(ticks => ticks / plan.Grid.UnitTicks)
        );
    }

    [Fact]
    public void Encoded_rungs_are_what_they_would_be_without_it()
    {
        var never = Plan(CodedVideo.Unknown("a reason"), profile: Profiles.Load("default"));

        Assert.Equal(
            never.Video!.Renditions.Select(Text),
            Plan().Video!.Renditions.Skip(1).Select(Text)
        );
        Assert.DoesNotContain("video-hevc", never.ToJson(), StringComparison.Ordinal);

        static string Text(VideoRendition rendition) =>
            $"{rendition with { EncoderOptions = [] }} {string.Join(' ', rendition.EncoderOptions)}";
    }

    [Theory]
    [InlineData("smpte2084", "PQ")]
    [InlineData("arib-std-b67", "HLG")]
    [InlineData("bt709", null)]
    public void A_high_dynamic_range_is_kept_and_told(string transfer, string? range)
    {
        var stream = Hevc with
        {
            Profile = "Main 10",
            PixelFormat = "yuv420p10le",
            BitDepth = 10,
            Colour = Hevc.Colour with
            {
                Transfer = transfer,
                Primaries = "bt2020",
                Matrix = "bt2020nc",
            },
        };

        Assert.Equal(range, Plan(stream: stream).Video!.Renditions[0].Copied!.VideoRange);
    }

    [Fact]
    public void A_larger_picture_may_take_more_than_the_best_rung()
    {
        var large = Hevc with { Width = 3840, Height = 2160, Level = 150 };

        // 5 Mbit/s at 1920x1080 are 14.14 Mbit/s at four times the pixels.
        var copied = Plan(
            StreamCopyTests.Coded(1500, 70_000, StreamCopyTests.Every(75, 20)),
            large
        ).Video!.Renditions[0];
        Assert.Equal(("video-hevc-2160p", 14_142_136), (copied.Name, copied.MaxBitrate));
        Assert.Contains(
            "up to 14200 kbit/s over a segment, and its size may take 14142 kbit/s",
            Why(Plan(StreamCopyTests.Coded(1500, 71_000, StreamCopyTests.Every(75, 20)), large)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_stream_that_players_cannot_take_is_left_out_and_the_plan_says_why()
    {
        (string Reason, CodedVideo Coded, VideoStream Stream)[] cases =
        [
            ("the next at 10 s", StreamCopyTests.Coded(1500, 5_000, [0, 250, 500]), Hevc),
            ("1499 frames", Good with { Frames = Good.Frames[..^1] }, Hevc),
            ("a reason", CodedVideo.Unknown("a reason"), Hevc),
            ("yuv422p10le", Good, Hevc with { PixelFormat = "yuv422p10le" }),
            ("of profile Rext", Good, Hevc with { Profile = "Rext" }),
            ("level is 5.2", Good, Hevc with { Level = 156 }),
            ("its profile and level", Good, Hevc with { Level = null }),
            ("turned", Good, Hevc with { Rotation = 90 }),
            ("not square", Good, Hevc with { SampleAspectRatio = new Rational(4, 3) }),
            ("uneven times", Good, Hevc with { IsVariableFrameRate = true }),
            (
                "metadata alone",
                Good,
                Hevc with
                {
                    Colour = Hevc.Colour with { Transfer = null, Hdr = "hdr10+" },
                }
            ),
        ];
        foreach (var (reason, coded, stream) in cases)
        {
            var plan = Plan(coded, stream);

            Assert.All(plan.Video!.Renditions, rendition => Assert.Null(rendition.Copied));
            Assert.StartsWith("no: ", Why(plan), StringComparison.Ordinal);
            Assert.Contains(reason, Why(plan), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_headers_are_against_is_told_though_nobody_read_the_frames()
    {
        var stream = Hevc with { Profile = "Rext" };

        Assert.False(StreamCopy.IsPossible(stream, Asked));
        var plan = Planner.Make(Sources.File(stream), null, Asked);
        Assert.Equal("no: it is of profile Rext", Why(plan));
    }

    [Fact]
    public void Only_a_profile_that_asks_for_it_gets_it()
    {
        var standard = Profiles.Load("default");

        Assert.True(StreamCopy.IsPossible(Hevc, Asked));
        Assert.False(StreamCopy.IsPossible(Hevc, standard));
        // H.264 is as ever.
        Assert.True(StreamCopy.IsPossible(Sources.Video(), Asked));
        Assert.DoesNotContain("hevc", Profiles.Canonical(standard), StringComparison.Ordinal);
        Assert.Contains(
            "\"hevcPassthrough\":\"auto\"",
            Profiles.Canonical(Asked),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_rung_of_the_same_name_keeps_it()
    {
        var profile = Profiles.Parse(
            """
            { "p": { "extends": "default", "video": { "hevcPassthrough": "auto", "rungs": [ { "name": "hevc-1080p", "width": 1920, "height": 1080,
              "maxBitrate": 5000000, "crf": 20, "preset": "veryfast", "encoderOptions": [], "threads": 1 } ] } } }
            """,
            "test"
        );

        Assert.Equal(
            ["video-hevc-1080p-source", "video-hevc-1080p"],
            Plan(profile: profile).Video!.Renditions.Select(rendition => rendition.Name)
        );
    }

    [Fact]
    public void Transport_streams_are_of_H264_alone()
    {
        var profile = Asked with { Segments = Asked.Segments with { TransportStream = true } };

        Assert.Equal(
            ["video-1080p", "video-720p", "video-360p"],
            Plan(profile: profile).Transport!.Value.Select(each => each.Video)
        );
    }
}
