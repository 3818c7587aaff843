using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Tests.Ladders;

/// <summary>What is made of the pictures' word and the tag's.</summary>
public sealed class PicturePlanTests
{
    private static readonly Profile Default = Profiles.Load("default");

    [Theory]
    // Tagged or not, a comb in most pictures with motion counts, by the field that comes first.
    [InlineData("progressive", 60, 1, 10, 79, FieldOrder.TopFirst)]
    [InlineData(null, 0, 40, 0, 110, FieldOrder.BottomFirst)]
    [InlineData("tt", 0, 150, 0, 0, FieldOrder.BottomFirst)]
    // A moving pattern that fools the detector: now this field first, now that.
    [InlineData("progressive", 40, 10, 11, 0, null)]
    // Whole pictures under a wrong tag.
    [InlineData("tt", 0, 0, 46, 15, null)]
    // Nothing moves: the tag is all there is.
    [InlineData("bb", 0, 0, 3, 140, FieldOrder.AsFlagged)]
    [InlineData("progressive", 5, 0, 0, 140, null)]
    // Some of each: film with inserts from tape.
    [InlineData("tt", 30, 0, 60, 60, FieldOrder.AsFlagged)]
    public void Pictures_count_before_tags(
        string? tag,
        int topFirst,
        int bottomFirst,
        int whole,
        int undetermined,
        FieldOrder? expected
    )
    {
        var stream = Sources.Video(720, 576) with
        {
            FieldOrder = tag,
            Fields = new FieldSample(topFirst, bottomFirst, whole, undetermined),
        };

        var plan = Planner.Make(Sources.File(stream), null, Default);

        Assert.Equal(expected, plan.Video!.Picture.Fields);
        Assert.Equal(expected is null ? "25" : "50", plan.Video.FrameRate.ToString());
        Assert.Equal(
            expected is not null || tag is "tt" or "bb",
            plan.Decisions.Any(decision => decision.Subject == "interlacing")
        );
    }

    [Theory]
    [InlineData(720, 576, "25", null, true)]
    [InlineData(1920, 1080, "30000/1001", "progressive", true)]
    [InlineData(1280, 720, "50", "tt", true)]
    [InlineData(1280, 720, "25", null, false)]
    [InlineData(1080, 1920, "30", null, false)]
    [InlineData(1920, 1080, "60", "progressive", false)]
    public void Pictures_are_looked_at_where_fields_are_possible(
        int width,
        int height,
        string rate,
        string? tag,
        bool expected
    ) =>
        Assert.Equal(
            expected,
            FieldSample.IsWorthALook(Sources.Video(width, height, rate) with { FieldOrder = tag })
        );

    [Theory]
    [InlineData(null, 1920, "bt709")]
    [InlineData(null, 720, "bt601")]
    [InlineData("bt470bg", 1920, "bt601")]
    [InlineData("smpte170m", 720, "bt601")]
    [InlineData("bt709", 720, "bt709")]
    [InlineData("bt2020nc", 1920, "bt2020")]
    public void An_untagged_source_is_taken_by_its_size(string? tag, int width, string expected)
    {
        var stream = Sources.Video(width, width * 9 / 16);
        var plan = Planner.Make(
            Sources.File(stream with { Colour = stream.Colour with { Matrix = tag } }),
            null,
            Default
        );

        Assert.Equal(expected, plan.Video!.Picture.Matrix);
    }

    [Theory]
    // The content's own measure, its display's, and most displays'.
    [InlineData("smpte2084", 1450, 4000, 1450)]
    [InlineData("smpte2084", 0, 4000, 4000)]
    [InlineData("smpte2084", 0, 0, 1000)]
    [InlineData("smpte2084", 9000, 0, 4000)]
    [InlineData("arib-std-b67", 300, 0, 1000)]
    public void The_peak_of_a_film_is_one_value(
        string transfer,
        int content,
        double display,
        int expected
    )
    {
        var stream = Sources.Video();
        var colour = stream.Colour with
        {
            Transfer = transfer,
            Primaries = "bt2020",
            Matrix = "bt2020nc",
            ContentLightLevel = content == 0 ? null : new ContentLightLevel(content, 100),
            MasteringDisplay =
                display == 0
                    ? null
                    : new MasteringDisplay(.7, .3, .2, .8, .1, .05, .3, .3, .005, display),
        };

        var plan = Planner.Make(Sources.File(stream with { Colour = colour }), null, Default);

        Assert.Equal(new ToneMapping(transfer, expected), plan.Video!.Picture.ToneMapping);
    }

    [Theory]
    [InlineData(5, 0, false)]
    [InlineData(10, 0, false)]
    [InlineData(10, 1, true)]
    [InlineData(7, 6, true)]
    [InlineData(8, 1, true)]
    [InlineData(8, 4, true)]
    public void Dolby_Vision_is_taken_where_its_base_layer_can_be_shown(
        int profile,
        int compatibility,
        bool isTaken
    )
    {
        var stream = Sources.Video();
        var file = Sources.File(
            stream with
            {
                Colour = stream.Colour with
                {
                    Transfer = compatibility == 4 ? "arib-std-b67" : "smpte2084",
                    DolbyVisionProfile = profile,
                    DolbyVisionCompatibility = compatibility,
                },
            }
        );

        if (isTaken)
        {
            Assert.NotNull(Planner.Make(file, null, Default).Video!.Picture.ToneMapping);
        }
        else
        {
            Assert.Throws<RejectedException>(() => Planner.Make(file, null, Default));
        }
    }
}
