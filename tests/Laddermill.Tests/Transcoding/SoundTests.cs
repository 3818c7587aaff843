using Laddermill.Media;

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
        var frame = 1 / rate.ToDouble();
        var (seen, heard) = await Published.FlashesAndBeepsAsync(output.Master, 0, rate.ToDouble());

        Assert.Equal(flashes, seen.Count);
        Assert.Equal(beeps ?? flashes - silentBeeps, heard.Count);
        Assert.All(
            seen.Skip(silentBeeps).Zip(heard),
            pair => Assert.InRange(pair.Second - pair.First, -frame, frame)
        );
        return output;
    }
}
