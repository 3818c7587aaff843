using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Tests.Ladders;

/// <summary>What is missing of a source, counted in frames and in seconds.</summary>
public sealed class SourcePromiseTests
{
    [Theory]
    [InlineData(1500, 1.0)]
    [InlineData(1488, 1.0)] // 0.48 s: a container's count may be off by so much.
    [InlineData(1485, 0.99)]
    [InlineData(750, 0.5)]
    [InlineData(0, 0.0)]
    public void Frames_that_cannot_be_decoded_are_missing(long decoded, double part) =>
        Assert.Equal(part, new SourcePromise(1500, 60, null).Part(decoded, 60), 6);

    [Theory]
    [InlineData(60.5, 1.0)]
    [InlineData(59.2, 1.0)] // Containers round.
    [InlineData(30.0, 0.5)]
    [InlineData(-3.0, 0.0)]
    public void Packets_that_are_not_there_are_missing(double found, double part) =>
        Assert.Equal(part, new SourcePromise(null, 60, found).Part(0, 60), 6);

    [Fact]
    public void What_is_there_and_what_can_be_decoded_of_it_both_count()
    {
        var promise = new SourcePromise(750, 60, 30);

        Assert.Equal(0.4, promise.Part(600, 30), 6);
        Assert.Equal(
            "it claims to last 60 s, but holds 30 s, and of 750 frames only 600 can be decoded",
            promise.Shortfall(600)
        );
    }

    [Theory]
    [InlineData("matroska,webm", true)]
    [InlineData("mov,mp4,m4a,3gp,3g2,mj2", true)]
    [InlineData("mpegts", false)]
    [InlineData("mp3", false)]
    public void Only_a_header_that_tells_the_length_is_a_promise(string container, bool isPromise)
    {
        var source = Sources.File(Sources.Video()) with { Container = container };

        Assert.Equal(isPromise, SourcePromise.Of(source, null, null).IsDoubtful(30));
    }

    [Theory]
    [InlineData("1.5,1.4,0.5", 2.0)]
    [InlineData("N/A,1.4,N/A", 1.4)]
    [InlineData("0.5,0.5,0.1", 1.0)]
    [InlineData("N/A,N/A,N/A", 1.0)]
    [InlineData("side data", 1.0)]
    [InlineData("1e999,0,0", 1.0)]
    public void The_end_is_that_of_the_last_packet(string line, double end) =>
        Assert.Equal(end, EndScanner.Later(1.0, line));

    [Theory]
    [InlineData("h264", 3)]
    [InlineData("tscc", null)]
    public void Nothing_is_promised_before_the_first_key_frame_or_by_codecs_of_screens(
        string codec,
        int? frames
    )
    {
        var rate = new Rational(25, 1);
        var scan = new FrameScan(
            new Rational(1, 25),
            [0, 1, 2, 3, 4],
            [2],
            5,
            rate,
            rate,
            true,
            true,
            []
        );

        var source = Sources.File(Sources.Video() with { Codec = codec });

        Assert.Equal(frames, SourcePromise.Of(source, scan, null).Frames);
    }
}
