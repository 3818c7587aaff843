using Laddermill.Media;

namespace Laddermill.Tests.Media;

public sealed class PacketTimesTests
{
    [Fact]
    public void Interlaced_fields_in_packets_of_their_own_are_counted_as_frames()
    {
        // As a camera's transport stream has them: two for each of 25 frames a second.
        var fields = Enumerable.Range(0, 100).Select(field => $"{field * 1800},N/A,1800,__");
        var scan = Scan(Stream("1/90000", "25", "tt"), fields);
        Assert.Equal(50, scan.FrameCount);
        Assert.Equal(new Rational(25, 1), scan.FrameRate);
        Assert.True(scan.IsSteady);
        Assert.Equal(2, scan.Duration);
    }

    [Fact]
    public void A_clock_that_is_reset_is_a_jump_and_no_steady_stream()
    {
        string[] packets = ["90000,90000,3600,K_", "93600,93600,3600,__", "1000,1000,3600,K_"];
        var scan = Scan(Stream("1/90000", "25"), packets, hasClock: true);
        Assert.Equal([new TimeJump(93600, 1000)], scan.Jumps);
        Assert.False(scan.IsSteady);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void A_long_pause_is_a_jump_only_where_clocks_are_reset(bool hasClock, int jumps)
    {
        string[] packets = ["0,0,40,K_", "40,40,40,__", "15000,15000,40,__"];
        var scan = Scan(Stream("1/1000", "25"), packets, hasClock);
        Assert.Equal(jumps, scan.Jumps.Length);
    }

    [Fact]
    public void Frames_without_a_time_of_decoding_are_no_jump_in_Matroska()
    {
        // As ffmpeg tells of HEVC with a pyramid of B-frames.
        string[] packets =
        [
            "0,N/A,40,K_",
            "160,N/A,40,__",
            "80,0,40,__",
            "40,40,40,__",
            "120,80,40,__",
            "200,120,40,__",
        ];
        var scan = Scan(Stream("1/1000", "25"), packets);
        Assert.Empty(scan.Jumps);
        Assert.True(scan.IsSteady);
    }

    [Fact]
    public void One_missing_frame_in_a_long_stream_is_noticed()
    {
        var packets = Enumerable
            .Range(0, 2000)
            .Where(frame => frame != 1000)
            .Select(frame => $"{frame * 3600},{frame * 3600},3600,__");
        var scan = Scan(Stream("1/90000", "25"), packets);
        Assert.False(scan.IsSteady);
        Assert.Equal(new Rational(25, 1), scan.TypicalRate);
    }

    [Fact]
    public void A_camera_whose_frames_come_a_little_early_and_late_is_steady()
    {
        int[] shake = [0, 400, -300, 600, -500, 200];
        var packets = Enumerable
            .Range(0, 600)
            .Select(frame => frame * 3000 + shake[frame % shake.Length])
            .Select(time => $"{time},{time},3000,__");
        var scan = Scan(Stream("1/90000", "30"), packets);
        Assert.Equal(new Rational(30, 1), scan.FrameRate);
        Assert.True(scan.IsSteady);
    }

    [Fact]
    public void A_rate_that_is_nobodys_becomes_a_small_fraction()
    {
        var packets = Enumerable
            .Range(0, 1000)
            .Select(frame => $"{frame * 384},{frame * 384},384,__");
        var scan = Scan(Stream("1/11456", null), packets);
        Assert.Equal(new Rational(179, 6), scan.FrameRate);
        Assert.True(scan.IsSteady);
    }

    [Fact]
    public void Ten_hours_of_rounded_times_still_tell_the_exact_rate()
    {
        var packets = Enumerable
            .Range(0, 2_157_842)
            .Select(frame => (long)Math.Round(frame * 1001000.0 / 60000))
            .Select(time => $"{time},{time},17,__");
        var scan = Scan(Stream("1/1000", null), packets);
        Assert.Equal(new Rational(60000, 1001), scan.FrameRate);
        Assert.True(scan.IsSteady);
    }

    [Fact]
    public void The_pulldown_of_films_for_television_is_a_steady_24_a_second()
    {
        var time = 0;
        var packets = Enumerable
            .Range(0, 240)
            .Select(frame => (Start: time, Next: time += frame % 2 == 0 ? 3003 : 4504))
            .Select(frame => $"{frame.Start},{frame.Start},{frame.Next - frame.Start},__");
        var scan = Scan(Stream("1/90000", "30000/1001"), packets);
        Assert.Equal(new Rational(24000, 1001), scan.FrameRate);
        Assert.True(scan.IsSteady);
    }

    [Fact]
    public void A_stream_without_any_times_is_counted_at_its_declared_rate()
    {
        var scan = Scan(Stream("1/1200000", "25"), Enumerable.Repeat("N/A,N/A,N/A,K_", 50));
        Assert.Equal(2, scan.Duration);
        Assert.False(scan.HasPresentationTimes);
        Assert.True(scan.IsSteady);
    }

    [Fact]
    public void Times_of_decoding_stand_in_where_times_of_showing_are_missing()
    {
        string[] packets = ["N/A,0,1,K_", "3,1,1,__", "N/A,2,1,__"];
        var scan = Scan(Stream("1/25", "25"), packets);
        Assert.Equal([0, 1, 2], scan.Times);
        Assert.False(scan.HasPresentationTimes);
    }

    [Fact]
    public void One_frame_lasts_as_long_as_it_says()
    {
        var scan = Scan(Stream("1/90000", null), ["900,900,9000,K_"]);
        Assert.Equal((0.01, 0.1, true), (scan.Start, scan.Duration, scan.IsSteady));
    }

    [Fact]
    public void Frames_that_are_cut_away_and_lines_that_are_no_packets_count_for_nothing()
    {
        Assert.Null(Packets(Stream("1/25", "25"), ["0,0,1,KD", "", "side_data", "1,1"]).ToScan());
    }

    [Theory]
    [InlineData("9223372036854775807,-9223372036854775808,1,K_")]
    [InlineData("99999999999999999999,1,1,K_")]
    [InlineData("-1,-1,-1,K_")]
    [InlineData("0,0,9223372036854775807,K_")]
    public void Absurd_numbers_break_nothing(string line) =>
        Assert.NotNull(Scan(Stream("1/90000", "25"), [line, "0,0,1,__", line]));

    private static FrameScan Scan(
        VideoStream stream,
        IEnumerable<string> lines,
        bool hasClock = false
    ) => Packets(stream, lines, hasClock).ToScan()!;

    private static PacketTimes Packets(
        VideoStream stream,
        IEnumerable<string> lines,
        bool hasClock = false
    )
    {
        var packets = new PacketTimes(stream, hasClock);
        foreach (var line in lines)
        {
            packets.Add(line);
        }
        return packets;
    }

    private static VideoStream Stream(string timeBase, string? rate, string? fieldOrder = null)
    {
        var json = $$"""
            {"format":{"format_name":"mpegts"},"streams":[{"index":0,"codec_type":"video","width":64,"height":64,
             "time_base":"{{timeBase}}","avg_frame_rate":"{{rate
                ?? "0/0"}}","field_order":"{{fieldOrder}}"}]}
            """;
        return FfprobeReader.Read(System.Text.Encoding.UTF8.GetBytes(json), "test").MainVideo!;
    }
}
