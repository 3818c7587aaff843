using Laddermill.Media;
using Laddermill.Packaging;

namespace Laddermill.Tests.Transcoding;

/// <summary>Sources whose sound is not as it should be: what comes out is continuous, in step with the picture and just as long.</summary>
public sealed class SoundTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private static readonly string[] Changes =
    [
        "-ac 2 -ar 48000",
        "-ac 6 -ar 44100",
        "-ac 1 -ar 32000",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 5 * Minutes)]
    public async Task Sound_that_changes_its_channels_and_rate_in_mid_file_goes_on_in_step()
    {
        // A broadcast: stereo, then 5.1 at another rate, then mono, each with a flash and a beep at every full second.
        var source = Path.Join(media.NewFolder(), "broadcast.ts");
        await using (var joined = File.Create(source))
        {
            foreach (var (index, sound) in Changes.Index())
            {
                var part = await media.FlashAndBeepAsync(
                    "part.ts",
                    seconds: 2,
                    more: $"{sound} -output_ts_offset {2 * index} -muxdelay 0 -muxpreload 0"
                );
                await joined.WriteAsync(
                    await File.ReadAllBytesAsync(part, Cancellation),
                    Cancellation
                );
            }
        }

        await AssertInStepAsync(source, flashes: 6);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Sound_that_starts_half_a_second_late_is_in_step()
    {
        var picture = await media.FlashAndBeepAsync("clip.mp4", seconds: 4);
        var source = await media.ClipAsync(
            "late.mkv",
            [
                .. $"-i {picture} -ss 0.5 -i {picture} -map 0:v -map 1:a -c:v copy -c:a aac".Split(
                    ' '
                ),
                .. "-af asetpts=PTS+0.5/TB".Split(' '),
            ]
        );

        await AssertInStepAsync(source, flashes: 4, silentBeeps: 1);
    }

    [Theory(Timeout = 5 * Minutes)]
    // MPEG programmes say no picture's time but the first one's, and count on from a start of their own.
    [InlineData("late.mpg", "-c:v mpeg2video -q:v 3 -c:a mp2", 0.3)]
    [InlineData("early.mpg", "-c:v mpeg2video -q:v 3 -c:a mp2", -0.3)]
    [InlineData("late.ts", "-c:v copy -c:a mp2 -muxdelay 0 -muxpreload 0", 0.3)]
    [InlineData("early.ts", "-c:v copy -c:a mp2 -muxdelay 0 -muxpreload 0", -0.3)]
    public async Task Picture_and_sound_of_different_starts_keep_their_distance(
        string name,
        string codecs,
        double distance
    )
    {
        var clip = await media.FlashAndBeepAsync(
            "clip.mkv",
            seconds: 4,
            more: "-bf 0 -c:a pcm_s16le"
        );
        var offset = FormattableString.Invariant($"{distance}");
        var source = await media.ClipAsync(
            name,
            [.. $"-i {clip} -itsoffset {offset} -i {clip} -map 0:v -map 1:a {codecs}".Split(' ')]
        );

        var output = await Published.MakeAsync(media, source);

        var (seen, heard) = await Published.FlashesAndBeepsAsync(output.Master, 0, 25);
        Assert.Equal([0, 1, 2, 3], seen);
        Assert.Equal(distance < 0 ? 3 : 4, heard.Count);
        Assert.All(
            heard.Index(),
            each =>
                Assert.InRange(
                    each.Item - each.Index - (distance < 0 ? 1 + distance : distance),
                    -0.01,
                    0.01
                )
        );
    }

    [Fact(Timeout = 20 * Minutes)]
    [Trait("Level", "Long")]
    public async Task Picture_and_sound_do_not_drift_apart_in_ten_minutes()
    {
        const int Seconds = 600;
        var rate = new Rational(30_000, 1001);
        var source = await media.FlashAndBeepAsync(
            "long.mp4",
            Seconds,
            more: "-ar 44100",
            rate: "30000/1001"
        );

        var output = await Published.MakeAsync(media, source);

        var (seen, heard) = await Published.FlashesAndBeepsAsync(output.Master, 1, rate.ToDouble());
        Assert.Equal(Seconds, seen.Count);
        Assert.Equal(Seconds, heard.Count);
        for (var second = 0; second < Seconds; second++)
        {
            // The first picture of each second is the first one at or after it.
            var due = Math.Ceiling(second * rate.ToDouble() - 1e-6) / rate.ToDouble();
            Assert.InRange(seen[second] - due, -0.001, 0.001);
            Assert.InRange(heard[second] - second, -0.015, 0.015);
        }
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task An_edit_list_that_cuts_the_start_away_is_kept_in_picture_and_sound()
    {
        // Copied from between two key frames: MP4 then holds more than it shows.
        var whole = await media.FlashAndBeepAsync("whole.mp4", seconds: 6);
        var source = await media.ClipAsync(
            "cut.mp4",
            [.. $"-ss 1.52 -i {whole} -c copy".Split(' ')]
        );

        await AssertInStepAsync(source, flashes: 4);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_picture_of_uneven_rate_keeps_step_with_its_sound()
    {
        var steady = await media.FlashAndBeepAsync("steady.mp4", seconds: 5);
        var source = await media.ClipAsync(
            "uneven.mkv",
            [
                .. $"-i {steady} -vf select=lt(mod(n\\,25)\\,6)+not(mod(n\\,3)) -fps_mode passthrough".Split(
                    ' '
                ),
                .. "-c:v libx264 -preset ultrafast -c:a copy".Split(' '),
            ]
        );

        await AssertInStepAsync(source, flashes: 5);
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData(2, 2)]
    [InlineData(7, 4)]
    public async Task Short_and_long_sound_is_made_as_long_as_the_picture(int seconds, int beeps)
    {
        var picture = await media.FlashAndBeepAsync("picture.mp4", seconds: 4);
        var sound = await media.FlashAndBeepAsync("sound.mp4", seconds);
        var source = await media.ClipAsync(
            "both.mp4",
            [.. $"-i {picture} -i {sound} -map 0:v -map 1:a -c copy".Split(' ')]
        );

        var output = await AssertInStepAsync(source, flashes: 4, beeps: beeps);

        var fragments = await output.FragmentsAsync("audio-und-2ch");
        var end = (double)(fragments[^1].Start + fragments[^1].Duration) / 48_000;
        Assert.InRange(end, 4, 4 + 1024 / 48_000.0);
        Assert.Equal(
            seconds < 4,
            output.Report["warnings"]!
                .AsArray()
                .Any(warning =>
                    ((string?)warning)!.StartsWith(
                        "audio-und-2ch has sound for 2",
                        StringComparison.Ordinal
                    )
                )
        );
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData(0, false)]
    [InlineData(0.5, true)]
    public async Task Sound_is_brought_to_the_loudness_that_the_profile_asks_for(
        double amplitude,
        bool hasPeaks
    )
    {
        // A tone that swells; the loud one has clicks that do not fit under the peak when it is turned up.
        var level = FormattableString.Invariant($"{amplitude}");
        var tone = "0.05*sin(2*PI*997*t)*(1+0.3*sin(2*PI*t))";
        var clicks = hasPeaks ? $"+{level}*lt(mod(n\\,48000)\\,3)" : "";
        var noise = $"aevalsrc=exprs={tone}{clicks}|{tone}:s=48000:d=8";
        var source = await media.ClipAsync(
            "noise.flac",
            [.. $"-f lavfi -i {noise} -c:a flac".Split(' ')]
        );
        var profile = Published.SmallProfile.Replace(
            "\"segments\"",
            "\"audio\": { \"loudness\": { \"mode\": \"ebu-r128\", \"target\": -16 } }, \"segments\"",
            StringComparison.Ordinal
        );

        var output = await Published.MakeAsync(media, source, profile);

        var report = output.Report["renditions"]![0]!["loudness"]!;
        Assert.Equal(hasPeaks, (bool)report["isLimited"]!);
        var summary = await Published.MeasureLoudnessAsync(output.Master);
        Assert.InRange(summary.Integrated, -17, -15);
        Assert.InRange(summary.Peak, -30, 0);
    }

    private async Task<Published> AssertInStepAsync(
        string source,
        int flashes,
        int silentBeeps = 0,
        int? beeps = null
    )
    {
        var output = await Published.MakeAsync(media, source);
        var rate = Rational.Parse((string?)output.Report["plan"]!["video"]!["frameRate"])!.Value;
        // A picture is moved by half a frame at most, sound by what the timeline lets pass.
        var most = (0.5 / rate.ToDouble()) + SoundTimeline.Tolerance;
        var (seen, heard) = await Published.FlashesAndBeepsAsync(output.Master, 0, rate.ToDouble());

        Assert.Equal(flashes, seen.Count);
        Assert.Equal(beeps ?? flashes - silentBeeps, heard.Count);
        Assert.All(
            seen.Skip(silentBeeps).Zip(heard),
            pair => Assert.InRange(pair.Second - pair.First, -most, most)
        );
        return output;
    }
}
