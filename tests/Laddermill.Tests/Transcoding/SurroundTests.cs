using System.Runtime.InteropServices;

namespace Laddermill.Tests.Transcoding;

/// <summary>Where each channel of a source comes out, and how loud: a tone of its own in each, found again in what was published.</summary>
public sealed class SurroundTests(TestMedia media)
{
    private const int Minutes = 60_000;
    private const double Absent = -40;

    /// <summary>Of 5.1: front left and right, centre, low frequencies, the two behind or beside.</summary>
    private static readonly int[] Tones = [400, 500, 600, 100, 800, 900];

    [Theory(Timeout = 5 * Minutes)]
    // What AC-3 decoders give is called 5.1(side), which ffmpeg's AAC encoder would write in a way that players do not know.
    [InlineData("film.mkv", "ac3 -b:a 448k")]
    [InlineData("film.mov", "pcm_s16le")]
    public async Task Every_channel_of_5_1_comes_out_in_its_place_and_in_the_stereo_mix(
        string name,
        string codec
    )
    {
        var output = await Published.MakeAsync(media, await SurroundAsync(name, codec));

        var master = await File.ReadAllTextAsync(
            output.Master,
            TestContext.Current.CancellationToken
        );
        Assert.Contains("GROUP-ID=\"aac-6ch\"", master, StringComparison.Ordinal);
        Assert.Contains("CHANNELS=\"6\"", master, StringComparison.Ordinal);
        Assert.Contains(
            "value=\"6\"",
            await File.ReadAllTextAsync(output.Manifest, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );

        var surround = await LevelsAsync(output, "audio-und-6ch", 6);
        for (var channel = 0; channel < 6; channel++)
        {
            for (var tone = 0; tone < 6; tone++)
            {
                Assert.InRange(
                    surround[channel][tone],
                    tone == channel ? -1.5 : -120,
                    tone == channel ? 1.5 : Absent
                );
            }
        }

        var stereo = await LevelsAsync(output, "audio-und-2ch", 2);
        AssertLevels([0, null, -3, null, -3, null], stereo[0]);
        AssertLevels([null, 0, -3, null, null, -3], stereo[1]);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_loud_mix_does_not_clip()
    {
        // Six channels at full scale in step: their sum is 2.4 times as much as there is room for.
        var source = await media.ClipAsync(
            "loud.mkv",
            [
                .. "-f lavfi -i".Split(' '),
                "aevalsrc=exprs="
                    + string.Join('|', Enumerable.Repeat("sin(2*PI*440*t)", 6))
                    + ":c=5.1:s=48000:d=3",
                .. "-c:a flac".Split(' '),
            ]
        );

        var output = await Published.MakeAsync(media, source);

        var samples = await SamplesAsync(output, "audio-und-2ch");
        Assert.InRange(samples.Max(Math.Abs), 0.8, 1.0);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Of_channels_that_nobody_can_place_the_first_two_are_kept()
    {
        var source = await media.ClipAsync(
            "camera.mov",
            [
                .. "-f lavfi -i".Split(' '),
                "aevalsrc=exprs=0.1*sin(2*PI*400*t)|0.1*sin(2*PI*500*t)"
                    + string.Concat(Enumerable.Repeat("|0.5*sin(2*PI*900*t)", 10))
                    + ":s=48000:d=2",
                .. "-c:a pcm_s16le".Split(' '),
            ]
        );

        var output = await Published.MakeAsync(media, source);

        var levels = await LevelsAsync(output, "audio-und-2ch", 2);
        AssertLevels([0, null, null, null, null, null], levels[0]);
        AssertLevels([null, 0, null, null, null, null], levels[1]);
    }

    private Task<string> SurroundAsync(string name, string codec) =>
        media.ClipAsync(
            name,
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=25:duration=3 -f lavfi -i".Split(' '),
                "aevalsrc=exprs="
                    + string.Join('|', Tones.Select(tone => $"0.1*sin(2*PI*{tone}*t)"))
                    + ":c=5.1:s=48000:d=3",
                .. $"-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a {codec}".Split(' '),
            ]
        );

    private static void AssertLevels(double?[] expected, double[] measured)
    {
        foreach (var (wanted, found) in expected.Zip(measured))
        {
            Assert.InRange(found, wanted - 1.5 ?? -120, wanted + 1.5 ?? Absent);
        }
    }

    /// <summary>dB of each tone against the source's, for each channel, from the middle of what was published.</summary>
    private static async Task<double[][]> LevelsAsync(Published output, string name, int channels)
    {
        var samples = await SamplesAsync(output, name);
        return
        [
            .. Enumerable
                .Range(0, channels)
                .Select(channel =>
                {
                    var own = samples
                        .Where((_, index) => index % channels == channel)
                        .Skip(24_000)
                        .Take(48_000)
                        .ToArray();
                    return Tones.Select(tone => Level(own, tone)).ToArray();
                }),
        ];
    }

    private static double Level(float[] samples, int tone)
    {
        var (sine, cosine) = (0.0, 0.0);
        for (var index = 0; index < samples.Length; index++)
        {
            var (s, c) = Math.SinCos(2 * Math.PI * tone * index / 48_000);
            (sine, cosine) = (sine + s * samples[index], cosine + c * samples[index]);
        }
        var amplitude = 2 * Math.Sqrt(sine * sine + cosine * cosine) / samples.Length;
        return 20 * Math.Log10(Math.Max(amplitude, 1e-7) / 0.1);
    }

    private static async Task<float[]> SamplesAsync(Published output, string name)
    {
        var bytes = await Published.FfmpegAsync([
            "-allowed_extensions",
            "ALL",
            "-i",
            Path.Join(output.Rendition(name), "playlist.m3u8"),
            "-f",
            "f32le",
            "pipe:1",
        ]);
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}
