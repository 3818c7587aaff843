namespace Laddermill.Tests.Transcoding;

/// <summary>Sources whose sound is not as it should be: what comes out is continuous, in step with the picture and just as long.</summary>
public sealed class SoundTests(TestMedia media)
{
    private const int Minutes = 60_000;

    /// <summary>One picture of 25 frames/s: what sound may be off.</summary>
    private const double Frame = 0.04;

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

    private async Task AssertInStepAsync(string source, int flashes, int silentBeeps = 0)
    {
        var output = await Published.MakeAsync(media, source);
        var (seen, heard) = await Published.FlashesAndBeepsAsync(output.Master, 0, 25);

        Assert.Equal(flashes, seen.Count);
        Assert.Equal(flashes - silentBeeps, heard.Count);
        Assert.All(
            seen.Skip(silentBeeps).Zip(heard),
            pair => Assert.InRange(pair.Second - pair.First, -Frame, Frame)
        );
    }
}
