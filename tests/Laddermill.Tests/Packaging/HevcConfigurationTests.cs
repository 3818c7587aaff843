using Laddermill.Packaging;

namespace Laddermill.Tests.Packaging;

public sealed class HevcConfigurationTests
{
    private static readonly byte[] Video = [32 << 1, 1, 0x0c, 0x01];

    /// <summary>Profile Main of level 3.1, with the bytes that keep start codes out.</summary>
    private static readonly byte[] Sequence =
    [
        .. new byte[] { 33 << 1, 1, 0x01, 0x01, 0x60, 0, 0, 3, 0, 0x90, 0, 0, 3, 0, 0, 3, 0, 0x5d },
        0xa0,
    ];

    private static readonly byte[] Picture = [34 << 1, 1, 0xc1];

    /// <summary>What an encoder says of itself: user_data_unregistered.</summary>
    private static readonly byte[] Encoder = [39 << 1, 1, 5, 2, 1, 2, 0x80];

    private static readonly byte[] LightLevel = [39 << 1, 1, 144, 4, 3, 0xe8, 1, 0x90, 0x80];

    private static byte[] Box(params (byte Head, byte[][] Units)[] arrays) =>
        [
            .. new byte[] { 1, 0x01, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 0x5d },
            .. new byte[] { 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f },
            (byte)arrays.Length,
            .. arrays.SelectMany(array =>
                (byte[])
                    [
                        array.Head,
                        0,
                        (byte)array.Units.Length,
                        .. array.Units.SelectMany(unit => (byte[])[0, (byte)unit.Length, .. unit]),
                    ]
            ),
        ];

    private static HevcConfiguration Read(byte[] box) =>
        HevcConfiguration.Read(
            new InitSegment(default, 1, true, "hvc1", 1, 16, 16, 0, 0, 0, default)
            {
                Configuration = box,
            }
        );

    [Fact]
    public void Everything_that_decoders_need_and_nothing_else_is_published()
    {
        // As of a transport stream: twice, a zero of the next start code behind, and a layer of another view.
        var box = Box(
            (39, [Encoder, LightLevel]),
            (32, [Video, Video]),
            (33, [Sequence]),
            (
                34,
                [
                    [.. Picture, 0],
                    [34 << 1, 9, 0xc1],
                ]
            )
        );

        var made = HevcConfiguration.Canonical(box);

        Assert.Equal(
            Box((0xa0, [Video]), (0xa1, [Sequence]), (0xa2, [Picture]), (39, [LightLevel])),
            made
        );
        var read = Read(made.ToArray());
        Assert.Null(read.Problem);
        Assert.Equal(4, read.LengthBytes);
        Assert.True(read.Has(Picture));
        Assert.True(read.Has([.. Picture, 0]));
        Assert.False(read.Has([34 << 1, 1, 0xc2]));
    }

    [Fact]
    public void What_a_head_alone_would_not_let_one_decode_is_told()
    {
        byte[] other = [.. Sequence];
        other[^2] = 0x78;
        byte[] fields = Box((0xa0, [Video]), (0xa1, [Sequence]), (0xa2, [Picture]));
        fields[6] = 0x50;
        byte[] interlaced = [.. Sequence];
        interlaced[9] = 0x50;

        Assert.Contains(
            "not in its head",
            Read(Box((0xa0, [Video]), (0xa1, [Sequence]))).Problem,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "several sets",
            Read(Box((0xa0, [Video]), (0xa1, [Sequence, other]), (0xa2, [Picture]))).Problem,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "another profile or level",
            Read(Box((0xa0, [Video]), (0xa1, [other]), (0xa2, [Picture]))).Problem,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "fields",
            Read([
                .. fields[..23],
                .. Box((0xa0, [Video]), (0xa1, [interlaced]), (0xa2, [Picture]))[23..],
            ]).Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_box_that_is_cut_off_is_malformed_wherever_it_is_cut()
    {
        var box = Box((0xa0, [Video]), (0xa1, [Sequence]), (0xa2, [Picture]));
        for (var length = 0; length < box.Length; length++)
        {
            Assert.Throws<MalformedMediaException>(() =>
                HevcConfiguration.Canonical(box.AsMemory(0, length))
            );
            Assert.Throws<MalformedMediaException>(() => Read(box[..length]));
        }
    }

    [Theory]
    [InlineData("5, 2, 1, 2", false, false)]
    [InlineData("137, 1, 9", true, true)]
    [InlineData("144, 4, 3, 232, 1, 144", true, true)]
    [InlineData("147, 1, 18", true, true)]
    [InlineData("4, 6, 181, 0, 60, 0, 1, 4", true, true)]
    [InlineData("4, 8, 181, 0, 49, 71, 65, 57, 52, 3", false, true)]
    [InlineData("1, 1, 0, 147, 1, 18", true, true)]
    [InlineData("255, 0, 1, 7, 147, 1, 18", true, true)]
    [InlineData("4, 200, 181", false, false)]
    [InlineData("255, 255", false, false)]
    public void Notes_of_high_range_are_kept_and_captions_where_they_are_wanted(
        string message,
        bool always,
        bool withCaptions
    )
    {
        byte[] unit = [39 << 1, 1, .. message.Split(", ").Select(byte.Parse), 0x80];

        Assert.Equal(always, HevcNotes.AreNeeded(unit, keepsCaptions: false));
        Assert.Equal(withCaptions, HevcNotes.AreNeeded(unit, keepsCaptions: true));
    }
}
