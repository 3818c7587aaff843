using Laddermill.Tests.Packaging;
using Laddermill.Verification.Bitstreams;
using Laddermill.Verification.Boxes;

namespace Laddermill.Tests.Verification;

/// <summary>What our own readers of parameter sets say of streams that real encoders made.</summary>
public sealed class PictureFactsTests
{
    private const string Muxer = "-movflags +cmaf+skip_trailer -f mp4 pipe:1";

    [Fact(Timeout = 180_000)]
    public async Task H264_with_cropping_square_less_pixels_and_colours()
    {
        var track = await ReadAsync(
            "-f lavfi -i testsrc2=s=322x178:r=25 -frames:v 2 -vf setsar=4/3 -c:v libx264 -profile:v high -level 3.1 "
                + $"-pix_fmt yuv420p -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv {Muxer}"
        );

        Assert.Equal("avc1.64001f", track.Codec);
        var expected = new PictureFacts(
            new(100, 31, false),
            322,
            178,
            false,
            new(4, 3),
            8,
            1,
            new(true, 1, 1, 1, false)
        );
        Assert.Equal(expected, track.Video!.Picture);
        Assert.Equal(429, track.Video.Picture!.DisplayWidth);
    }

    [Fact(Timeout = 180_000)]
    public async Task H264_in_10_bit_with_4_2_2_and_scaling_lists()
    {
        var track = await ReadAsync(
            "-f lavfi -i testsrc2=s=320x180:r=25 -frames:v 2 -c:v libx264 -pix_fmt yuv422p10le -x264-params cqm=jvt "
                + Muxer
        );

        Assert.Equal(
            (122, 10, 2, 320, 180),
            (
                track.Video!.Picture!.ProfileLevel.Profile,
                track.Video.Picture.BitDepth,
                track.Video.Picture.ChromaFormat,
                track.Video.Picture.Width,
                track.Video.Picture.Height
            )
        );
        Assert.False(track.Video.Picture.Colour.IsDescribed);
    }

    [Fact(Timeout = 180_000)]
    public async Task H264_of_fields()
    {
        var track = await ReadAsync(
            $"-f lavfi -i testsrc2=s=320x180:r=25 -frames:v 2 -c:v libx264 -pix_fmt yuv420p -x264-params tff=1 {Muxer}"
        );

        Assert.True(track.Video!.Picture!.IsInterlaced);
        Assert.Equal(180, track.Video.Picture.Height);
    }

    [Fact(Timeout = 180_000)]
    public async Task Hevc_main_10_in_pq()
    {
        var track = await ReadAsync(
            "-f lavfi -i testsrc2=s=322x178:r=25 -frames:v 2 -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -tag:v hvc1 "
                + "-x265-params log-level=none:info=0:level-idc=4.1:high-tier=0:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc "
                + Muxer
        );

        var expected = new PictureFacts(
            new(2, 123, false),
            322,
            178,
            false,
            new(1, 1),
            10,
            1,
            new(true, 9, 16, 9, false)
        );
        Assert.Equal(expected, track.Video!.Picture);
        Assert.Equal("PQ", track.Video.Picture!.VideoRange);
        Assert.Equal("hvc1.2.4.L123.90", track.Codec);
        Assert.Equal(expected.ProfileLevel, track.Video.Declared);
    }

    [Fact(Timeout = 180_000)]
    public async Task Av1_in_10_bit_and_hlg()
    {
        var track = await ReadAsync(
            "-f lavfi -i testsrc2=s=322x178:r=25 -frames:v 2 -c:v libsvtav1 -preset 12 -pix_fmt yuv420p10le "
                + $"-color_primaries bt2020 -color_trc arib-std-b67 -colorspace bt2020nc -color_range tv {Muxer}"
        );

        var picture = track.Video!.Picture!;
        Assert.Equal(
            (322, 178, 10, 1),
            (picture.Width, picture.Height, picture.BitDepth, picture.ChromaFormat)
        );
        Assert.Equal(new ColourCodes(true, 9, 18, 9, false), picture.Colour);
        Assert.Equal("HLG", picture.VideoRange);
        Assert.Equal("av01.0.00M.10.0.110.09.18.09.0", track.Codec);
        Assert.Equal(picture.ProfileLevel, track.Video.Declared);
    }

    [Theory(Timeout = 180_000)]
    [InlineData("-c:a aac -ac 2 -ar 44100", "mp4a.40.2", 2, 44100)]
    [InlineData("-c:a aac -ac 6 -ar 48000", "mp4a.40.2", 6, 48000)]
    public async Task Aac(string encoder, string codec, int channels, int rate)
    {
        var track = await ReadAsync($"-f lavfi -i sine=d=1 {encoder} {Muxer}");

        Assert.Equal(codec, track.Codec);
        Assert.Equal(new AudioConfig(2, rate, channels), track.Audio!.Config);
    }

    [Theory]
    [InlineData("av01.0.08M.10", true)]
    [InlineData("av01.0.08M.10.0.110.09.16.09.0", true)]
    [InlineData("av01.0.08M.10.0.111.09.16.09.0", true)]
    [InlineData("av01.0.08M.08", false)]
    [InlineData("av01.0.08M.10.0.110.01.01.01.0", false)]
    public void An_AV1_string_may_be_short_but_not_wrong(string declared, bool isSame) =>
        Assert.Equal(isSame, CodecString.Same(declared, "av01.0.08M.10.0.110.09.16.09.0"));

    private static async Task<TrackFacts> ReadAsync(string arguments)
    {
        var facts = InitReader.Read("init.mp4", await Clips.Encode(arguments));
        Assert.Null(facts.Problem);
        return facts.Track!;
    }
}
