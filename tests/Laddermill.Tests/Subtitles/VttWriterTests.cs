using System.Collections.Immutable;
using Laddermill.Subtitles;

namespace Laddermill.Tests.Subtitles;

public sealed class VttWriterTests
{
    [Fact]
    public void A_cue_stands_whole_in_every_segment_that_it_touches()
    {
        var writer = new VttWriter(
            [
                new(0, 6000, "one"),
                new(5000, 12_500, "<i>two</i>", "line:0"),
                new(13_000, 99_000, "three"),
                new(14_000, 15_000, "gone"),
            ],
            [0, 150, 300, 350],
            25
        );

        Assert.Equal(
            """
            WEBVTT
            X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000

            1
            00:00:00.000 --> 00:00:06.000
            one

            2
            00:00:05.000 --> 00:00:12.500 line:0
            <i>two</i>

            """,
            writer.Segment(0)
        );
        Assert.DoesNotContain("one", writer.Segment(1), StringComparison.Ordinal);
        Assert.Contains(
            "2\n00:00:05.000 --> 00:00:12.500 line:0\n",
            writer.Segment(1),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "00:00:13.000 --> 00:00:14.000\nthree",
            writer.Segment(2),
            StringComparison.Ordinal
        );
        Assert.Equal((3, 1), (writer.Cues.Length, writer.Late));
        Assert.DoesNotContain("X-TIMESTAMP-MAP", writer.Whole(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_without_text_is_a_header()
    {
        var writer = new VttWriter([], [0, 90_000], 15_000);

        Assert.Equal("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n", writer.Segment(0));
        Assert.Equal("WEBVTT\n", writer.Whole());
    }

    [Fact]
    public void A_crowd_of_texts_is_thinned()
    {
        ImmutableArray<Cue> crowd =
        [
            .. Enumerable.Range(0, 300).Select(index => new Cue(0, 20_000, $"{index}")),
        ];

        var writer = new VttWriter(crowd, [0, 6, 12], 1);

        Assert.Equal(VttWriter.MostInSegment, writer.Cues.Length);
        Assert.Equal(100, writer.Crowded);
    }
}
