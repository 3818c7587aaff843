using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Tests.Ffmpeg;

public sealed class EncodeArgumentsTests
{
    private static readonly MediaInput Input = new("file:/films/a b.mp4", ["file"], "a b.mp4");

    private static readonly string Limits = string.Join(' ', Input.Options);

    [Fact]
    public void A_range_is_decoded_once_cascaded_down_the_ladder_and_cut_in_frames()
    {
        var plan = Planner.Make(
            Sources.File(Sources.Video(seconds: 180), Sources.Audio(seconds: 180)),
            null,
            Profiles.Load("default")
        );

        var arguments = EncodeArguments.ForRange(
            Input,
            plan,
            plan.Ranges[1],
            ["unix:/r/0.sock", "unix:/r/1.sock", "unix:/r/2.sock", "unix:/r/3.sock"]
        );

        Assert.Equal(
            $"""
            -nostdin -hide_banner -nostats -loglevel warning -max_error_rate 1
            {Limits}
            -itsoffset 0.000001 -copyts -noaccurate_seek -seek_timestamp 1 -ss 59.94 -reinit_filter 0 -i file:/films/a b.mp4
            -filter_complex [0:0]setpts=PTS-(0)/TB,split=2[shown][found];[found]trim=start=59.98:end=119.98,scale=16:16:flags=neighbor,format=gray[decoded];[shown]fps=25:eof_action=pass,trim=start_pts=1500:end_pts=3000,setpts=PTS-1500,scale=1920:1080:flags=bicubic:in_color_matrix=bt709:in_range=tv:out_range=tv,format=yuv420p,setsar=1,split=2[v0][s1];[s1]scale=1280:720:flags=bicubic,setsar=1,split=2[v1][s2];[s2]scale=640:360:flags=bicubic,setsar=1[v2]
            -map [v0] -frames:v 1500 -c:v libx264 -preset superfast -crf 18 -maxrate 5000000 -bufsize 5000000 -profile:v high -level 4.0 -g 50 -keyint_min 50 -sc_threshold 0 -flags +cgop -threads 2 -x264-params stitchable=1:trellis=1:mbtree=1:rc-lookahead=20 -a53cc 0 -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv -fps_mode passthrough -enc_time_base 1/25 -video_track_timescale 25000 -map_metadata -1 -map_chapters -1 -fflags +bitexact -movflags +cmaf+skip_trailer -f mp4 unix:/r/0.sock
            -map [v1] -frames:v 1500 -c:v libx264 -preset superfast -crf 17 -maxrate 3000000 -bufsize 3000000 -profile:v high -level 3.1 -g 50 -keyint_min 50 -sc_threshold 0 -flags +cgop -threads 2 -x264-params stitchable=1:trellis=1:mbtree=1:rc-lookahead=20 -a53cc 0 -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv -fps_mode passthrough -enc_time_base 1/25 -video_track_timescale 25000 -map_metadata -1 -map_chapters -1 -fflags +bitexact -movflags +cmaf+skip_trailer -f mp4 unix:/r/1.sock
            -map [v2] -frames:v 1500 -c:v libx264 -preset veryfast -crf 16 -maxrate 1000000 -bufsize 1000000 -profile:v high -level 3.0 -g 50 -keyint_min 50 -sc_threshold 0 -flags +cgop -threads 1 -x264-params stitchable=1:trellis=1:rc-lookahead=20 -a53cc 0 -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv -fps_mode passthrough -enc_time_base 1/25 -video_track_timescale 25000 -map_metadata -1 -map_chapters -1 -fflags +bitexact -movflags +cmaf+skip_trailer -f mp4 unix:/r/2.sock
            -map [decoded] -fps_mode passthrough -enc_time_base -1 -c:v rawvideo -f framecrc unix:/r/3.sock
            """.ReplaceLineEndings(" "),
            string.Join(' ', arguments)
        );
    }

    [Fact]
    public void The_first_range_starts_where_the_source_does_and_the_last_bears_an_end_that_comes_a_frame_early()
    {
        var plan = Planner.Make(
            Sources.File(Sources.Video(seconds: 180)),
            null,
            Profiles.Load("default")
        );

        Assert.StartsWith(
            "[0:0]setpts=PTS-(0)/TB,split=2[shown][found];[found]trim=end=59.98,scale=16:16:flags=neighbor,format=gray[decoded];[shown]fps=25:start_time=0:eof_action=pass,trim=start_pts=0:end_pts=1500,",
            PictureFilters.For(plan.Video!, plan.Ranges[0]),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "fps=25:eof_action=pass,tpad=stop=12:stop_mode=clone,trim=start_pts=3000:end_pts=4500,",
            PictureFilters.For(plan.Video!, plan.Ranges[^1]),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(
        "yuv420p",
        "scale=640:360:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp:in_range=tv:out_range=tv,format=yuv420p,colorspace=ispace=smpte170m:space=bt709:irange=tv:range=tv:iprimaries=bt709:primaries=bt709:itrc=bt709:trc=bt709,format=yuv420p,setsar=1"
    )]
    [InlineData("gbrp", ":out_color_matrix=bt709:in_range=tv:out_range=tv,format=yuv420p,setsar=1")]
    public void A_matrix_is_changed_at_the_size_that_is_made_and_only_where_there_is_one(
        string pixelFormat,
        string expected
    )
    {
        var video = Sources.Video(width: 640, height: 360);
        var untagged = video.Colour with { Matrix = null };
        var plan = Planner.Make(
            Sources.File(video with { PixelFormat = pixelFormat, Colour = untagged }),
            null,
            Profiles.Load("default")
        );

        var graph = PictureFilters.For(plan.Video!, plan.Ranges[0]);

        Assert.Contains(expected, graph, StringComparison.Ordinal);
        Assert.Equal(
            pixelFormat == "yuv420p",
            graph.Contains("colorspace", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Sound_is_one_pass_over_the_whole_file_in_step_with_the_picture_and_just_as_long()
    {
        var plan = Planner.Make(
            Sources.File(Sources.Video(seconds: 12), Sources.Audio()),
            null,
            Profiles.Load("default")
        );

        Assert.Equal(
            $"""
            -nostdin -hide_banner -nostats -loglevel warning -max_error_rate 1
            {Limits} -itsoffset 0.000001 -copyts -i file:/films/a b.mp4
            -map 0:1 -af asetpts=floor(PTS-(0)/TB+0.5),aresample=48000,aformat=sample_fmts=flt:channel_layouts=stereo,asettb=1/48000,atrim=start_pts=0:end_pts=576000 -c:a pcm_f32le -frag_duration 1000000 -map_metadata -1 -map_chapters -1 -avoid_negative_ts disabled -use_editlist 0 -movflags +empty_moov+default_base_moof+frag_discont+skip_trailer -f mov unix:/r/0.sock
            """.ReplaceLineEndings(" "),
            string.Join(
                ' ',
                SoundArguments.ForDecoding(Input, plan, plan.Audio, ["unix:/r/0.sock"])
            )
        );
        Assert.Equal(
            """
            -nostdin -hide_banner -nostats -loglevel warning -max_error_rate 1
            -f f32le -ar 48000 -ac 2 -channel_layout stereo -i unix:/r/1.sock
            -c:a aac -b:a 128000 -frag_duration 1000000 -map_metadata -1 -map_chapters -1 -fflags +bitexact -movflags +cmaf+delay_moov+skip_trailer -use_editlist 1 -f mp4 unix:/r/2.sock
            """.ReplaceLineEndings(" "),
            string.Join(
                ' ',
                SoundArguments.ForEncoding(
                    plan.Audio[0],
                    0,
                    false,
                    "unix:/r/1.sock",
                    "unix:/r/2.sock"
                )
            )
        );
    }

    [Fact]
    public void A_constant_profile_holds_the_rate()
    {
        var plan = Planner.Make(Sources.File(Sources.Video()), null, Profiles.Load("constant"));

        var arguments = string.Join(
            ' ',
            EncodeArguments.ForRange(Input, plan, plan.Ranges[0], ["a", "b", "c", "d"])
        );

        Assert.Contains(
            "-b:v 5000000 -minrate 5000000 -maxrate 5000000 -bufsize 5000000",
            arguments,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("-crf", arguments, StringComparison.Ordinal);
    }
}
