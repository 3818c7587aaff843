using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Tests.Ladders;

public sealed class StreamCopyTests
{
    private static readonly Profile Default = Profiles.Load("default");

    private static readonly Rational Tick = new(1, 12_800);

    /// <summary>Frames of 25 a second in which each group of four is decoded as 0, 3, 1, 2 and so on, as encoders with B-frames do.</summary>
    /// <param name="keys">Numbers of key frames.</param>
    internal static CodedVideo Coded(int frames, int bytes, params IEnumerable<int> keys)
    {
        var starts = keys.ToHashSet();
        var order = new List<int>();
        var at = 0;
        while (at < frames)
        {
            var end = Enumerable
                .Range(at + 1, frames)
                .First(n => n == frames || starts.Contains(n));
            order.Add(at);
            for (var group = at + 1; group < end; group += 3)
            {
                var last = Math.Min(group + 2, end - 1);
                order.Add(last);
                order.AddRange(Enumerable.Range(group, last - group));
            }
            at = end;
        }
        return new CodedVideo(
            Tick,
            [.. order.Select(n => new CodedFrame(n * 512, bytes, starts.Contains(n)))]
        );
    }

    internal static IEnumerable<int> Every(int frames, int count) =>
        Enumerable.Range(0, count).Select(key => key * frames);

    private static Plan Plan(
        CodedVideo coded,
        VideoStream? stream = null,
        Profile? profile = null
    ) =>
        Planner.Make(
            Sources.File(stream ?? Sources.Video(), Sources.Audio()),
            null,
            profile ?? Default,
            coded: coded
        );

    private static string Why(Plan plan) =>
        plan.Decisions.Single(decision => decision.Subject == "passthrough").Reason;

    private static IEnumerable<double> Seconds(Plan plan) =>
        plan
            .Grid.Boundaries.Zip(plan.Grid.Boundaries.Skip(1), (from, to) => to - from)
            .Select(ticks => (double)ticks / plan.Grid.Timescale);

    [Fact]
    public void A_stream_as_an_encoder_would_make_it_is_the_best_rendition()
    {
        var plan = Plan(Coded(1500, 20_000, Every(75, 20)));

        Assert.Equal(
            [new CopiedStream(4_000_000, 1), null, null],
            plan.Video!.Renditions.Select(rendition => rendition.Copied)
        );
        Assert.All(Seconds(plan), length => Assert.Equal(6, length));
        Assert.StartsWith(
            "the source's own stream is rung 1080p, not encoded again",
            Why(plan),
            StringComparison.Ordinal
        );
        Assert.Equal([0, 50, 100, 150, 200, 250], plan.Grid.GopStarts(0, 2, plan.Video.GopFrames));
    }

    [Fact]
    public void Segments_follow_the_key_frames_and_are_as_long_as_asked_or_a_little_longer()
    {
        var keys = new[] { 0, 40, 140, 155, 290, 310, 450, 610, 700, 850, 1000, 1100, 1210, 1360 };
        var plan = Plan(Coded(1500, 5_000, keys));

        Assert.Equal(
            [0, 140, 290, 310, 450, 610, 700, 850, 1000, 1100, 1210, 1360, 1500],
            plan.Grid.Boundaries.Select(ticks => ticks / plan.Grid.UnitTicks)
        );
        // No GOP of an encoder is longer than in an even grid.
        var gops = plan.Grid.GopStarts(0, plan.Grid.SegmentCount, plan.Video!.GopFrames).Add(1500);
        Assert.All(
            gops.Zip(gops.Skip(1), (from, to) => to - from),
            each => Assert.InRange(each, 1, 50)
        );
        Assert.Subset(
            gops.ToHashSet(),
            plan.Grid.Boundaries.Select(t => t / plan.Grid.UnitTicks).ToHashSet()
        );
    }

    [Fact]
    public void A_sliver_at_the_end_takes_from_the_segment_before_it()
    {
        var plan = Plan(
            Coded(1510, 5_000, Every(50, 31)),
            Sources.Video(frames: 1510, seconds: 60.4)
        );

        Assert.Equal(
            [1450, 1510],
            plan.Grid.Boundaries.TakeLast(2).Select(t => t / plan.Grid.UnitTicks)
        );
        // Or is one with it, where that is not too long.
        plan = Plan(Coded(1510, 5_000, Every(150, 11)), Sources.Video(frames: 1510, seconds: 60.4));
        Assert.Equal(
            [1350, 1510],
            plan.Grid.Boundaries.TakeLast(2).Select(t => t / plan.Grid.UnitTicks)
        );
    }

    [Fact]
    public void A_stream_that_is_not_as_an_encoder_would_make_it_is_encoded_and_the_plan_says_why()
    {
        var good = Coded(1500, 5_000, Every(75, 20));
        var video = Sources.Video();
        var narrow = video.Colour with { Matrix = "smpte170m" };
        (string Reason, CodedVideo Coded, VideoStream Stream)[] cases =
        [
            ("up to 5200 kbit/s", Coded(1500, 26_000, Every(75, 20)), video),
            ("the next at 10 s", Coded(1500, 5_000, Every(250, 6)), video),
            ("without gaps", good with { Frames = good.Frames.SetItem(7, good.Frames[8]) }, video),
            ("1499 frames", good with { Frames = good.Frames[..^1] }, video),
            ("too near to its end", Coded(1500, 5_000, [.. Every(149, 9), 1336, 1497]), video),
            ("a reason", CodedVideo.Unknown("a reason"), video),
            ("coded as hevc", good, video with { Codec = "hevc" }),
            ("yuv422p", good, video with { PixelFormat = "yuv422p" }),
            ("High 4:4:4", good, video with { Profile = "High 4:4:4 Predictive" }),
            ("level is 6.0", good, video with { Level = 60 }),
            ("turned", good, video with { Rotation = 180 }),
            ("not square", good, video with { SampleAspectRatio = new Rational(4, 3) }),
            ("become 1920x1080", good, video with { Width = 3840, Height = 2160 }),
            ("colours", good, video with { Colour = narrow }),
            ("colours", good, video with { Colour = video.Colour with { Range = "pc" } }),
            ("colours", good, video with { Colour = video.Colour with { Transfer = "smpte2084" } }),
            ("uneven times", good, video with { IsVariableFrameRate = true }),
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
    public void A_key_frame_with_pictures_before_it_that_need_it_is_no_place_to_cut()
    {
        // Frame 149 is shown before key frame 150, and decoded after it.
        var coded = Coded(1500, 5_000, Every(75, 20));
        var (key, before) = (coded.Frames[150], coded.Frames[149]);
        var open = coded with { Frames = coded.Frames.SetItem(149, key).SetItem(150, before) };

        Assert.Equal([0, 75, 225, 375], Plan(open).Grid.Boundaries.Take(4).Select(t => t / 1000));
    }

    [Fact]
    public void A_level_that_few_devices_decode_is_copied_only_beside_other_renditions()
    {
        var coded = Coded(1500, 5_000, Every(75, 20));
        var high = Sources.Video() with { Level = 51 };
        var alone = Profiles.Parse(
            """
            { "p": { "extends": "default", "video": { "rungs": [ { "name": "one", "width": 1920, "height": 1080, "maxBitrate": 5000000,
              "crf": 20, "preset": "veryfast", "encoderOptions": [], "threads": 1 } ] } } }
            """,
            "test"
        );

        Assert.Equal(51, Plan(coded, high).Video!.Renditions[0].Level);
        Assert.Contains("level is 5.1", Why(Plan(coded, high, alone)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_decides_whether_anything_is_copied()
    {
        const string Never =
            """{ "p": { "extends": "default", "video": { "passthrough": "never" } } }""";
        var video = Sources.Video();

        Assert.True(StreamCopy.IsPossible(video, Default));
        Assert.False(StreamCopy.IsPossible(video, Profiles.Parse(Never, "test")));
        Assert.False(StreamCopy.IsPossible(video, Profiles.Load("constant")));
        Assert.False(StreamCopy.IsPossible(video with { Codec = "vp9" }, Default));
        // A profile without the field is the same job as before there was one.
        Assert.DoesNotContain(
            "passthrough",
            Profiles.Canonical(Profiles.Load("constant")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "\"passthrough\":\"auto\"",
            Profiles.Canonical(Default),
            StringComparison.Ordinal
        );
    }
}
