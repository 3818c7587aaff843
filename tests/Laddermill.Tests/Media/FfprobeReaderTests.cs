using System.Text;
using Laddermill.Media;
using Laddermill.Processes;

namespace Laddermill.Tests.Media;

public sealed class FfprobeReaderTests
{
    [Theory]
    [InlineData("-90", 90)]
    [InlineData("90", 270)]
    [InlineData("-180", 180)]
    [InlineData("180", 180)]
    [InlineData("-270", 270)]
    [InlineData("-89", 90)]
    [InlineData("0", 0)]
    [InlineData("45", 0)]
    [InlineData("-9223372036854775808", 0)]
    public void The_turn_is_told_clockwise(string counterClockwise, int expected) =>
        Assert.Equal(
            expected,
            Video(
                $$"""
                "side_data_list":[{"side_data_type":"Display Matrix","rotation":{{counterClockwise}}}]
                """
            ).Rotation
        );

    [Theory]
    [InlineData(
        "\\n00000000: 0 65536 0\\n00000001: -65536 0 0\\n00000002: 0 0 1073741824\\n",
        false
    )]
    [InlineData("\\n00000000: 0 65536 0\\n00000001: 65536 0 0\\n00000002: 0 0 1073741824\\n", true)]
    [InlineData(
        "\\n00000000: -65536 0 0\\n00000001: 0 65536 0\\n00000002: 0 0 1073741824\\n",
        true
    )]
    [InlineData("nonsense", false)]
    public void A_mirrored_picture_is_noticed(string matrix, bool expected) =>
        Assert.Equal(
            expected,
            Video(
                $$"""
                "side_data_list":[{"side_data_type":"Display Matrix","displaymatrix":"{{matrix}}","rotation":-90}]
                """
            ).IsMirrored
        );

    [Theory]
    [InlineData("0:1", 640)]
    [InlineData("1:0", 640)]
    [InlineData("N/A", 640)]
    [InlineData("4:3", 853)]
    public void Pixels_of_unknown_shape_are_square(string ratio, int width) =>
        Assert.Equal(width, Video($"\"sample_aspect_ratio\":\"{ratio}\"").DisplayWidth);

    [Theory]
    [InlineData("25/1", "25/1", "progressive", false)]
    [InlineData("30000/1001", "20000/667", "progressive", false)]
    [InlineData("60/1", "32653/1000", "progressive", true)]
    [InlineData("50/1", "25/1", "tt", false)]
    [InlineData("50/1", "25/1", "progressive", true)]
    [InlineData("90000/1", "0/0", "progressive", false)]
    public void Uneven_times_are_suspected_where_the_two_rates_differ(
        string lowest,
        string average,
        string order,
        bool expected
    ) =>
        Assert.Equal(
            expected,
            Video(
                $"\"r_frame_rate\":\"{lowest}\",\"avg_frame_rate\":\"{average}\",\"field_order\":\"{order}\""
            ).IsVariableFrameRate
        );

    [Theory]
    [InlineData("smpte2084", "", "hdr10")]
    [InlineData("arib-std-b67", "", "hlg")]
    [InlineData("bt709", "", null)]
    [InlineData("smpte2084", "HDR Dynamic Metadata SMPTE2094-40 (HDR10+)", "hdr10+")]
    [InlineData("arib-std-b67", "DOVI configuration record", "dolby-vision")]
    public void High_dynamic_range_has_one_name(
        string transfer,
        string sideData,
        string? expected
    ) =>
        Assert.Equal(
            expected,
            Video(
                $$"""
                "color_transfer":"{{transfer}}","side_data_list":[{"side_data_type":"{{sideData}}"}]
                """
            ).Colour.Hdr
        );

    [Fact]
    public void Dolby_Vision_tells_its_profile_and_what_its_base_layer_is_compatible_with()
    {
        var colour = Video(
            """
            "color_transfer":"unknown","side_data_list":[{"side_data_type":"DOVI configuration record",
             "dv_profile":5,"dv_level":4,"dv_bl_signal_compatibility_id":0}]
            """
        ).Colour;
        Assert.Equal((5, 0), (colour.DolbyVisionProfile, colour.DolbyVisionCompatibility));
        Assert.Null(colour.Transfer);
    }

    [Theory]
    [InlineData("attached_pic")]
    [InlineData("still_image")]
    [InlineData("timed_thumbnails")]
    public void A_picture_that_does_not_move_is_not_what_is_transcoded(string disposition)
    {
        var refusal = Assert.Throws<RejectedException>(() =>
            Video(
                $$"""
                "disposition":{"default":1,"{{disposition}}":1}
                """
            )
        );
        Assert.Equal("no-media-streams", refusal.Code);
    }

    [Fact]
    public void Captions_and_encryption_show_in_the_first_frames()
    {
        var info = Info("\"index\":0,\"codec_type\":\"video\",\"width\":640,\"height\":480");
        var frames = """
            {"packets_and_frames":[{"type":"packet","side_data_list":[{"side_data_type":"Encryption info"}]},
             {"type":"frame","side_data_list":[{"side_data_type":"ATSC A53 Part 4 Closed Captions"}]}]}
            """;
        var told = FirstFramesReader.Add(info, 0, Encoding.UTF8.GetBytes(frames), "test");
        Assert.True(told.MainVideo!.HasClosedCaptions);
        Assert.True(told.IsEncrypted);
        Assert.False(info.IsEncrypted || info.MainVideo!.HasClosedCaptions);
    }

    [Theory]
    [InlineData("ASF Extended Content Encryption", true)]
    [InlineData("none", false)]
    public void Windows_media_says_that_it_is_encrypted(string tag, bool expected)
    {
        var json = $$$"""
            {"format":{"format_name":"asf","tags":{"encryption":"{{{tag}}}"}},"streams":[{"index":0,"codec_type":"audio","codec_name":"wmav2","channels":2,"sample_rate":"44100"}]}
            """;
        Assert.Equal(
            expected,
            FfprobeReader.Read(Encoding.UTF8.GetBytes(json), "test").IsEncrypted
        );
    }

    [Fact]
    public void An_unknown_codec_keeps_the_containers_word_for_it()
    {
        var video = Video("\"codec_tag_string\":\"vvc1\"");
        Assert.Equal(("unknown", "vvc1"), (video.Codec, video.CodecTag));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"format\":{}}")]
    public void An_answer_without_a_format_is_no_media(string json)
    {
        var refusal = Assert.Throws<RejectedException>(() =>
            FfprobeReader.Read(Encoding.UTF8.GetBytes(json), "holiday.mp4")
        );
        Assert.Equal("not-media", refusal.Code);
        Assert.Contains("'holiday.mp4'", refusal.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task Bit_depth_is_read_from_the_name_of_every_pixel_format_that_ffmpeg_has()
    {
        var timeout = TestContext.Current.CancellationToken;
        var command = new ToolCommand("ffmpeg", ["-hide_banner", "-pix_fmts"])
        {
            Package = "ffmpeg",
        };
        await using var tool = ToolProcess.Start(command, ToolOutput.Captured, null, timeout);
        var text = await new StreamReader(tool.StandardOutput).ReadToEndAsync(timeout);
        var formats = text.Split("-----\n")[1]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            // Those in hardware have no depth of their own, and those of a few colours less than we would ever say.
            .Where(fields => fields[4] != "0" && int.Parse(fields[4].Split('-')[0]) >= 8)
            .ToList();
        Assert.True(formats.Count > 150);
        var wrong = formats
            .Where(fields =>
                VideoStreamReader.BitDepth(fields[1]) != int.Parse(fields[4].Split('-')[0])
            )
            .Select(fields =>
                $"{fields[1]}: {VideoStreamReader.BitDepth(fields[1])}, not {fields[4]}"
            );
        Assert.Equal([], wrong);
    }

    private static VideoStream Video(string facts) =>
        Info(
            $"\"index\":0,\"codec_type\":\"video\",\"width\":640,\"height\":480,{facts}"
        ).MainVideo!;

    private static MediaInfo Info(string stream) =>
        FfprobeReader.Read(
            Encoding.UTF8.GetBytes(
                "{\"format\":{\"format_name\":\"mpegts\"},\"streams\":[{" + stream + "}]}"
            ),
            "test"
        );
}
