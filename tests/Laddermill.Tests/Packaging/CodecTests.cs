using Laddermill.Packaging;

namespace Laddermill.Tests.Packaging;

/// <summary>What ffmpeg's encoders write, named as RFC 6381 wants it.</summary>
public sealed class CodecTests
{
    private const string Picture = "-f lavfi -i testsrc2=s=128x96:r=10:d=0.5 ";
    private const string Sound = "-f lavfi -i sine=r=48000:d=0.5 ";
    private const string Tail = " -movflags +cmaf+delay_moov -use_editlist 1 -f mp4 pipe:1";

    [Theory(Timeout = 60_000)]
    [InlineData("-c:v libx264 -profile:v high -level 3.0 -pix_fmt yuv420p", "avc1.64001e", "cfsd")]
    [InlineData("-c:v libx264 -profile:v main -level 4.2 -pix_fmt yuv420p", "avc1.4d402a", "chdf")]
    [InlineData("-c:v libx264 -level 5.1 -pix_fmt yuv420p", "avc1.640033", "")]
    [InlineData("-c:v libx264 -level 3.0 -pix_fmt yuv422p", "avc1.7a001e", "")]
    [InlineData(
        "-c:v libx264 -level 4.0 -pix_fmt yuv420p -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc",
        "avc1.640028",
        ""
    )]
    [InlineData(
        "-c:v libx265 -x265-params log-level=none:level-idc=4.1:high-tier=0 -tag:v hvc1 -pix_fmt yuv420p",
        "hvc1.1.6.L123.90",
        "chhd"
    )]
    [InlineData(
        "-c:v libx265 -x265-params log-level=none:level-idc=5.1:high-tier=0 -tag:v hvc1 -pix_fmt yuv420p10le",
        "hvc1.2.4.L153.90",
        "cud1"
    )]
    [InlineData(
        "-c:v libaom-av1 -cpu-used 8 -usage realtime -pix_fmt yuv420p",
        "av01.0.00M.08",
        "av01"
    )]
    [InlineData(
        "-c:v libaom-av1 -cpu-used 8 -usage realtime -pix_fmt yuv420p10le -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv",
        "av01.0.00M.10.0.110.01.01.01.0",
        "av01"
    )]
    [InlineData(
        "-c:v libvpx-vp9 -deadline realtime -pix_fmt yuv420p",
        "vp09.00.10.08.01.02.02.02.00",
        ""
    )]
    public async Task Video(string encoder, string codec, string profile)
    {
        var (init, _) = await Clips.Read(await Clips.Encode(Picture + encoder + Tail));
        Assert.Equal((codec, 128, 96), (init.Codec, init.Width, init.Height));
        Assert.Equal(profile, ProfileOf(init));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("-c:a aac -ac 1", "mp4a.40.2", 1, 48000, 1024, "caac")]
    [InlineData("-c:a aac -ac 2 -ar 44100", "mp4a.40.2", 2, 44100, 1024, "caac")]
    [InlineData("-c:a aac -af aformat=channel_layouts=5.1", "mp4a.40.2", 6, 48000, 1024, "")]
    [InlineData("-c:a aac -af aformat=channel_layouts=7.1", "mp4a.40.2", 8, 48000, 1024, "")]
    [InlineData("-c:a ac3 -af aformat=channel_layouts=5.1(side)", "ac-3", 6, 48000, 256, "")]
    [InlineData("-c:a eac3 -ac 2", "ec-3", 2, 48000, 256, "")]
    [InlineData("-c:a libopus -ac 2", "opus", 2, 48000, 312, "")]
    [InlineData("-c:a flac -strict experimental -ac 2", "fLaC", 2, 48000, 0, "")]
    public async Task Audio(
        string encoder,
        string codec,
        int channels,
        int sampleRate,
        int priming,
        string profile
    )
    {
        var (init, _) = await Clips.Read(await Clips.Encode(Sound + encoder + Tail));
        Assert.Equal(
            (codec, channels, sampleRate, (long)priming),
            (init.Codec, init.Channels, init.SampleRate, init.Priming)
        );
        Assert.Equal(profile, ProfileOf(init));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_codec_that_cannot_be_named_is_refused()
    {
        var file = await Clips.Encode(Picture + "-c:v mpeg2video" + Tail);
        var error = await Assert.ThrowsAsync<MalformedMediaException>(() => Clips.Read(file));
        Assert.Contains("mp4v", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Two_tracks_in_one_stream_are_refused()
    {
        var file = await Clips.Encode(
            Picture + Sound + "-c:v libx264 -pix_fmt yuv420p -c:a aac" + Tail
        );
        var error = await Assert.ThrowsAsync<MalformedMediaException>(() => Clips.Read(file));
        Assert.Contains("2 tracks", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The brand behind those that all our init segments have.</summary>
    private static string ProfileOf(InitSegment init)
    {
        var brands = Clips.BrandsOf(init);
        Assert.StartsWith("iso6mp41dashcmfc", brands, StringComparison.Ordinal);
        return brands[16..];
    }
}
