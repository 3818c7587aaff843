using Laddermill.Media;

namespace Laddermill.Tests.Transcoding;

/// <summary>Pictures and times of an unusual kind: stills, films that start elsewhere than at 0, odd shapes.</summary>
public sealed class SourceKindTests(TestMedia media)
{
    private const int Minutes = 60_000;

    /// <summary>A flash and a beep at seconds 1, 3, 5 …, a key frame every second.</summary>
    private Task<string> FlashAndBeepAsync() =>
        media.ClipAsync(
            "flash.mp4",
            [
                "-f",
                "lavfi",
                "-i",
                @"color=black:s=320x180:r=25:d=10,geq=lum='if(lt(mod(T-1\,2)\,0.2)*gte(T\,1)\,235\,16)':cb=128:cr=128",
                "-f",
                "lavfi",
                "-i",
                @"aevalsrc='if(lt(mod(t-1\,2)\,0.2)*gte(t\,1)\,0.8*sin(2*PI*1000*t)\,0)':s=48000:d=10",
                .. "-c:v libx264 -preset ultrafast -g 25 -bf 2 -pix_fmt yuv420p -c:a aac".Split(
                    ' '
                ),
            ]
        );

    [Theory(Timeout = 5 * Minutes)]
    // Cut between key frames without decoding: an edit list hides what comes before the cut.
    [InlineData("cut.mp4", "-ss 1.56 -i {0} -c copy", 1.44)]
    // An empty edit in front.
    [InlineData("later.mov", "-itsoffset 3 -i {0} -c copy", 1.0)]
    // A container whose clock starts anywhere.
    [InlineData("clock.ts", "-i {0} -c copy -output_ts_offset 7.123", 1.0)]
    [InlineData("clock.mkv", "-i {0} -c copy -output_ts_offset 5.5", 1.0)]
    // The first frames lie before time zero.
    [InlineData("before.mp4", "-itsoffset -0.5 -i {0} -c copy -avoid_negative_ts disabled", null)]
    public async Task Flashes_and_beeps_stay_together_wherever_time_begins(
        string file,
        string arguments,
        double? firstFlash
    )
    {
        var flash = await FlashAndBeepAsync();
        var source = await media.ClipAsync(
            file,
            [
                .. arguments
                    .Split(' ')
                    .Select(word => word.Replace("{0}", flash, StringComparison.Ordinal)),
            ]
        );

        var output = await Published.MakeAsync(media, source);

        var (flashes, beeps) = await Published.FlashesAndBeepsAsync(output.Master, 0, 25);
        Assert.InRange(flashes.Count, 4, 5);
        Assert.Equal(flashes.Count, beeps.Count);
        // Within one frame of each other, and in even steps.
        Assert.All(
            flashes.Zip(beeps),
            pair => Assert.InRange(pair.Second - pair.First, -0.04, 0.04)
        );
        Assert.All(
            flashes.Zip(flashes.Skip(1)),
            pair => Assert.InRange(pair.Second - pair.First, 1.99, 2.01)
        );
        if (firstFlash is { } expected)
        {
            Assert.InRange(flashes[0] - expected, -0.041, 0.041);
        }
    }

    [Fact(Timeout = 20 * Minutes)]
    [Trait("Level", "Long")]
    public async Task Ten_minutes_of_uneven_frames_do_not_drift_from_their_sound()
    {
        // One frame in seven, and one in eleven, is missing, as phones drop them; the flash comes with the beep every two seconds.
        var source = await media.ClipAsync(
            "drift.mkv",
            [
                "-f",
                "lavfi",
                "-i",
                "color=black:s=320x180:r=30000/1001:d=600",
                "-f",
                "lavfi",
                "-i",
                @"aevalsrc='if(gte(mod(t\,2)\,1)*lt(mod(t\,2)\,1.2)\,0.8*sin(2*PI*1000*t)\,0)':s=44100:d=600",
                "-vf",
                @"drawbox=color=white:t=fill:enable='gte(mod(t\,2)\,1)*lt(mod(t\,2)\,1.2)',select='mod(n\,7)*mod(n\,11)'",
                .. "-fps_mode vfr -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac".Split(
                    ' '
                ),
            ]
        );

        var output = await Published.MakeAsync(media, source);

        var rate = Rational.Parse((string)output.Report["plan"]!["video"]!["frameRate"]!)!.Value;
        var (flashes, beeps) = await Published.FlashesAndBeepsAsync(
            output.Master,
            1,
            rate.ToDouble()
        );
        Assert.Equal(300, flashes.Count);
        Assert.Equal(300, beeps.Count);
        var frame = 1 / rate.ToDouble();
        Assert.All(
            flashes.Index(),
            flash =>
                Assert.InRange(flash.Item - FirstBright(flash.Index), -frame - 1e-6, frame + 1e-6)
        );
        Assert.All(
            beeps.Index(),
            beep => Assert.InRange(beep.Item - Second(beep.Index), -frame - 1e-6, frame + 1e-6)
        );

        double Second(int index) => 1 + (2 * index);

        // The first frame of a flash that was not dropped, in seconds.
        double FirstBright(int index)
        {
            var number = (int)Math.Ceiling(Second(index) * 30_000 / 1001);
            while (number % 7 == 0 || number % 11 == 0)
            {
                number++;
            }
            return number * 1001 / 30_000.0;
        }
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_single_picture_is_the_shortest_film_and_stands_while_its_sound_lasts()
    {
        var silent = await media.ClipAsync(
            "one.mp4",
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=25 -frames:v 1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p".Split(
                    ' '
                ),
            ]
        );
        var slide = await media.ClipAsync(
            "slide.mp4",
            [
                "-i",
                silent,
                .. "-f lavfi -i sine=frequency=440:duration=14 -c:v copy -c:a aac".Split(' '),
            ]
        );

        var (still, held) = (
            await Published.MakeAsync(media, silent),
            await Published.MakeAsync(media, slide)
        );

        Assert.Equal(1, still.PlannedFrames);
        Assert.Equal([1, 1], await Published.CountFramesAsync(still.Master, 2));
        Assert.Empty(still.Report["warnings"]!.AsArray());
        Assert.InRange(held.PlannedFrames, 349, 351);
        Assert.Equal(
            [held.PlannedFrames, held.PlannedFrames],
            await Published.CountFramesAsync(held.Master, 2)
        );
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("brief.mp4", "libx264")]
    [InlineData("brief.mkv", "ffv1")]
    public async Task A_picture_that_is_said_to_last_a_millisecond_is_a_film(
        string file,
        string codec
    )
    {
        var source = await media.ClipAsync(
            file,
            [
                .. $"-f lavfi -i testsrc2=size=320x180:rate=1000 -frames:v 1 -c:v {codec} -pix_fmt yuv420p".Split(
                    ' '
                ),
            ]
        );

        var still = await Published.MakeAsync(media, source);

        Assert.Equal([1, 1], await Published.CountFramesAsync(still.Master, 2));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_picture_of_odd_size_with_oblong_pixels_comes_out_even_and_square()
    {
        var source = await media.ClipAsync(
            "odd.mkv",
            [
                .. "-f lavfi -i testsrc2=size=161x121:rate=120:duration=2 -vf setsar=4/3 -c:v ffv1 -pix_fmt yuv420p".Split(
                    ' '
                ),
            ]
        );

        var output = await Published.MakeAsync(media, source);

        var rendition = output.Report["plan"]!["video"]!["renditions"]![0]!;
        Assert.Equal((212, 120), ((int)rendition["width"]!, (int)rendition["height"]!));
        Assert.Equal(120, output.PlannedFrames);
        Assert.Equal("60", (string)output.Report["plan"]!["video"]!["frameRate"]!);
    }
}
