using System.Collections.Immutable;
using Laddermill.Media;

namespace Laddermill.Tests.Media;

/// <summary>Clips whose frames are known, in the containers that tell least about them.</summary>
public sealed class FrameScannerTests(TestMedia media)
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("24000/1001", "mkv")]
    [InlineData("24", "mkv")]
    [InlineData("25", "mkv")]
    [InlineData("30000/1001", "mkv")]
    [InlineData("30", "flv")]
    [InlineData("50", "ts")]
    [InlineData("60000/1001", "mkv")]
    [InlineData("60", "flv")]
    [InlineData("30000/1001", "avi")]
    [InlineData("24000/1001", "mp4")]
    [InlineData("15", "mkv")]
    [InlineData("30000/1001", "h264")]
    public async Task A_steady_rate_is_found_in_spite_of_rounded_times(
        string rate,
        string container
    )
    {
        var timeout = TestContext.Current.CancellationToken;
        var path = await media.ClipAsync(
            $"steady.{container}",
            Video($"testsrc2=size=64x64:rate={rate}:duration=3", "-c:v libx264")
        );
        var scan = await ScanAsync(path, timeout);
        var expected = Rational.Parse(rate)!.Value;
        Assert.Equal(expected, scan.FrameRate);
        Assert.Equal(expected, scan.TypicalRate);
        Assert.True(scan.IsSteady);
        Assert.Equal((int)Math.Ceiling(expected.ToDouble() * 3 - 1e-6), scan.FrameCount);
        Assert.InRange(scan.Duration - scan.FrameCount / expected.ToDouble(), -0.002, 0.002);
        Assert.Empty(scan.Jumps);
    }

    [Fact(Timeout = Limit)]
    public async Task A_long_clip_does_not_take_30_for_29_97()
    {
        var timeout = TestContext.Current.CancellationToken;
        var path = await media.ClipAsync(
            "long.mkv",
            Video("color=size=16x16:rate=30000/1001:duration=120", "-c:v libx264")
        );
        var scan = await ScanAsync(path, timeout);
        Assert.Equal(new Rational(30000, 1001), scan.FrameRate);
        Assert.True(scan.IsSteady);
        Assert.Equal(3597, scan.FrameCount);
    }

    [Fact(Timeout = Limit)]
    public async Task A_recording_with_holes_is_not_steady_but_tells_what_it_was_meant_to_be()
    {
        var timeout = TestContext.Current.CancellationToken;
        // Every fifth frame is missing.
        var path = await media.ClipAsync(
            "holes.mkv",
            Video(
                "testsrc2=size=64x64:rate=30:duration=4,select=mod(n\\,5)",
                "-fps_mode vfr -c:v libx264"
            )
        );
        var scan = await ScanAsync(path, timeout);
        Assert.False(scan.IsSteady);
        Assert.Equal(new Rational(30, 1), scan.TypicalRate);
        Assert.InRange(scan.FrameRate.ToDouble(), 23.5, 24.5);
        Assert.Equal(96, scan.FrameCount);
    }

    [Fact(Timeout = Limit)]
    public async Task Frames_that_an_edit_list_cuts_away_are_not_shown()
    {
        var timeout = TestContext.Current.CancellationToken;
        // Copied from 1 s on, with key frames every 2 s: the first second stays in the file, and an edit list hides it.
        var whole = await media.ClipAsync(
            "whole.mp4",
            Video("testsrc2=size=64x64:rate=25:duration=4", "-c:v libx264 -g 50 -bf 0")
        );
        var cut = await media.ClipAsync("cut.mp4", [.. $"-ss 1 -i {whole} -c copy".Split(' ')]);
        var scan = await ScanAsync(cut, timeout);
        Assert.Equal(75, scan.FrameCount);
        Assert.Equal(0, scan.Start);
        Assert.Equal(3, scan.Duration, 0.001);
    }

    [Fact(Timeout = Limit)]
    public async Task Frames_are_in_order_of_showing_and_key_frames_are_known()
    {
        var timeout = TestContext.Current.CancellationToken;
        var path = await media.ClipAsync(
            "bframes.ts",
            Video(
                "testsrc2=size=64x64:rate=25:duration=2",
                "-c:v libx264 -bf 3 -g 10 -sc_threshold 0"
            )
        );
        var scan = await ScanAsync(path, timeout);
        Assert.Equal(50, scan.FrameCount);
        Assert.Equal(scan.Times.Order(), scan.Times);
        Assert.Equal(scan.Times.Where((_, frame) => frame % 10 == 0), scan.KeyTimes);
        Assert.InRange(scan.Start, 1.4, 1.6);
        Assert.True(scan.HasPresentationTimes);
    }

    private static ImmutableArray<string> Video(string source, string options) =>
        [
            "-f",
            "lavfi",
            "-i",
            source,
            .. options.Split(' '),
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
        ];

    private static async Task<FrameScan> ScanAsync(string path, CancellationToken cancellationToken)
    {
        var input = MediaInput.FromFile(path);
        var info = await new Probe(TimeProvider.System).ReadAsync(input, cancellationToken);
        var scan = await new FrameScanner(TimeProvider.System).ReadAsync(
            input,
            info,
            info.MainVideo!,
            cancellationToken
        );
        return scan!;
    }
}
