using System.Text;

namespace Laddermill.Tests.Transcoding;

/// <summary>Colours come out right, to the code value, whatever way the source codes them.</summary>
public sealed class ColourTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private const string Profile = """
        { "extends": "default", "description": "near lossless",
          "video": { "rungs": [
            { "name": "240p", "width": 320, "height": 240, "maxBitrate": 8000000, "crf": 10, "preset": "ultrafast", "encoderOptions": [], "threads": 1 } ] } }
        """;

    private const string X264 = "-c:v libx264 -qp 0 -preset ultrafast";

    private const string X265 =
        "-c:v libx265 -x265-params lossless=1:log-level=0 -preset ultrafast";

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("601.mp4", "yuv420p", "smpte170m", "tv", X264)]
    [InlineData("601-untagged.mp4", "yuv420p", "bt470bg", null, X264)]
    [InlineData("601-full.mp4", "yuvj420p", "bt470bg", "pc", X264)]
    [InlineData("709.mp4", "yuv420p", "bt709", "tv", X264)]
    [InlineData("709-full.mp4", "yuvj420p", "bt709", "pc", X264)]
    [InlineData("709-10.mkv", "yuv420p10le", "bt709", "tv", X265)]
    [InlineData("601-422-10.mkv", "yuv422p10le", "smpte170m", "tv", "-c:v ffv1")]
    [InlineData("709-444-full-10.mkv", "yuv444p10le", "bt709", "pc", "-c:v ffv1")]
    public async Task Patches_come_out_within_two_code_values_of_BT_709(
        string file,
        string pixelFormat,
        string matrix,
        string? range,
        string encoder
    )
    {
        var bits = pixelFormat.EndsWith("10le", StringComparison.Ordinal) ? 10 : 8;
        var tags = range is null
            ? ""
            : $" -colorspace {matrix} -color_primaries {matrix} -color_trc {(matrix == "bt470bg" ? "smpte170m" : matrix)} -color_range {range}";
        var source = await ColourPatches.ClipAsync(
            media,
            file,
            pixelFormat,
            [
                .. ColourPatches.Bars.Select(bar =>
                    ColourPatches.Codes(bar, matrix, range == "pc", bits)
                ),
            ],
            encoder + tags
        );

        var output = await Published.MakeAsync(media, source, Profile);

        Assert.All(
            ColourPatches.Bars.Zip(await ColourPatches.ReadAsync(output)),
            pair => AssertNear(ColourPatches.Codes(pair.First, "bt709", false, 8), pair.Second, 2)
        );
        Assert.Equal("h264,yuv420p,tv,bt709,bt709,bt709", await TagsAsync(output));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Red_green_and_blue_are_coded_and_what_is_transparent_lies_on_black()
    {
        var opaque = await ColourPatches.ClipAsync(
            media,
            "rgb.mkv",
            "gbrp",
            [.. ColourPatches.Bars.Select(bar => Rgb(bar.G, bar.B, bar.R))],
            "-c:v ffv1"
        );
        var half = await media.ClipAsync(
            "half.mov",
            ["-i", opaque, .. "-vf format=rgba,colorchannelmixer=aa=0.5 -c:v qtrle".Split(' ')]
        );

        var (whole, dimmed) = (
            await Published.MakeAsync(media, opaque, Profile),
            await Published.MakeAsync(media, half, Profile)
        );

        Assert.All(
            ColourPatches.Bars.Zip(await ColourPatches.ReadAsync(whole)),
            pair => AssertNear(ColourPatches.Codes(pair.First, "bt709", false, 8), pair.Second, 2)
        );
        Assert.All(
            ColourPatches.Bars.Zip(await ColourPatches.ReadAsync(dimmed)),
            pair =>
                AssertNear(
                    ColourPatches.Codes(
                        (pair.First.R / 2, pair.First.G / 2, pair.First.B / 2),
                        "bt709",
                        false,
                        8
                    ),
                    pair.Second,
                    2
                )
        );
        Assert.Contains("transparency", dimmed.Report["plan"]!["decisions"]!.ToJsonString());

        static int[] Rgb(params double[] values) =>
            [.. values.Select(value => (int)Math.Round(value * 255))];
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("smpte2084")]
    [InlineData("arib-std-b67")]
    public async Task High_dynamic_range_keeps_its_darker_tones_and_tells_bright_ones_apart(
        string transfer
    )
    {
        // Greys of so many cd/m².
        double[] light = [0, 1, 5, 10, 20, 30, 40, 50, 60, 100, 150, 203, 300, 500, 700, 1000];
        var source = await ColourPatches.ClipAsync(
            media,
            $"{transfer}.mkv",
            "yuv420p10le",
            [
                .. light.Select(nits =>
                {
                    var signal = transfer == "smpte2084" ? Pq(nits) : Hlg(nits);
                    return ColourPatches.Codes((signal, signal, signal), "bt2020nc", false, 10);
                }),
            ],
            $"{X265} -colorspace bt2020nc -color_primaries bt2020 -color_trc {transfer} -color_range tv"
        );

        var output = await Published.MakeAsync(media, source, Profile);

        var patches = await ColourPatches.ReadAsync(output);
        // Up to 0.3 of the reference white nothing changes: what a screen of 203 cd/m² and a gamma of 2.4 (BT.1886) makes of the codes is the source's light.
        Assert.All(
            light.Zip(patches).Where(pair => pair.First <= 60),
            pair =>
                AssertNear(
                    [(int)Math.Round(16 + 219 * Math.Pow(pair.First / 203, 1 / 2.4)), 128, 128],
                    pair.Second,
                    3
                )
        );
        Assert.All(
            patches.Zip(patches.Skip(1)),
            pair => Assert.True(pair.First[0] < pair.Second[0])
        );
        // White is white, not grey (the washed-out look), and the brightest light still fits.
        Assert.InRange(patches[11][0], 195, 215);
        Assert.InRange(patches[15][0], 230, 236);
        Assert.Equal("h264,yuv420p,tv,bt709,bt709,bt709", await TagsAsync(output));
    }

    /// <summary>SMPTE ST 2084.</summary>
    private static double Pq(double nits)
    {
        var power = Math.Pow(nits / 10_000, 0.1593017578125);
        return Math.Pow((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power), 78.84375);
    }

    /// <summary>BT.2100 for a display of 1000 cd/m²: its gamma of 1.2 undone, then the OETF.</summary>
    private static double Hlg(double nits)
    {
        var scene = Math.Pow(nits / 1000, 1 / 1.2);
        return scene <= 1.0 / 12
            ? Math.Sqrt(3 * scene)
            : 0.17883277 * Math.Log(12 * scene - 0.28466892) + 0.55991073;
    }

    private static void AssertNear(int[] expected, int[] actual, int tolerance) =>
        Assert.True(
            expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) <= tolerance),
            $"expected {string.Join(' ', expected)}, found {string.Join(' ', actual)}"
        );

    private static async Task<string> TagsAsync(Published output)
    {
        var init = Path.Join(output.Rendition("video-240p"), "init.mp4");
        var first = Path.Join(output.Rendition("video-240p"), "00000.m4s");
        var joined = Path.Join(output.Folder, "first.mp4");
        await File.WriteAllBytesAsync(
            joined,
            [.. await File.ReadAllBytesAsync(init), .. await File.ReadAllBytesAsync(first)]
        );
        // The bare bitstream: what is written in its own headers, not in the container's.
        var bare = Path.Join(output.Folder, "first.h264");
        await Published.FfmpegAsync([
            "-i",
            joined,
            .. "-c copy -bsf:v h264_mp4toannexb -f h264".Split(' '),
            bare,
        ]);
        return Encoding
            .UTF8.GetString(
                await FfprobeAsync([
                    .. "-v error -show_entries stream=codec_name,pix_fmt,color_range,color_space,color_transfer,color_primaries -of csv=p=0".Split(
                        ' '
                    ),
                    bare,
                ])
            )
            .Trim();
    }

    private static async Task<byte[]> FfprobeAsync(params string[] arguments)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var tool = Laddermill.Processes.ToolProcess.Start(
            new Laddermill.Processes.ToolCommand("ffprobe", [.. arguments]),
            Laddermill.Processes.ToolOutput.Captured,
            cancellationToken: cancellation
        );
        using var output = new MemoryStream();
        await tool.StandardOutput.CopyToAsync(output, cancellation);
        await tool.EnsureSuccessAsync("Reading the tags failed.");
        return output.ToArray();
    }
}
