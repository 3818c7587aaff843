using System.Collections.Immutable;

namespace Laddermill.Tests.Transcoding;

/// <summary>Sixteen patches of colour, 80x60 pixels each: their code values by any matrix, range and depth, worked out from the standards' formulas.</summary>
internal static class ColourPatches
{
    public const int Width = 320;
    public const int Height = 240;

    /// <summary>75 % bars, greys, skin, and the primaries at full strength; red, green and blue from 0 to 1.</summary>
    public static readonly ImmutableArray<(double R, double G, double B)> Bars =
    [
        (.75, .75, .75),
        (.75, .75, 0),
        (0, .75, .75),
        (0, .75, 0),
        (.75, 0, .75),
        (.75, 0, 0),
        (0, 0, .75),
        (0, 0, 0),
        (1, 1, 1),
        (.5, .5, .5),
        (.8, .6, .5),
        (.1, .1, .1),
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
        (.2, .4, .3),
    ];

    /// <param name="matrix">ffmpeg's name of the matrix.</param>
    public static int[] Codes(
        (double R, double G, double B) colour,
        string matrix,
        bool fullRange,
        int bits
    )
    {
        // Rec. ITU-R BT.601-7 §2.5.1, BT.709-6 §3.2, BT.2020-2 table 4.
        var (kr, kb) = matrix switch
        {
            "smpte170m" or "bt470bg" => (0.299, 0.114),
            "bt709" => (0.2126, 0.0722),
            "bt2020nc" => (0.2627, 0.0593),
            _ => throw new ArgumentOutOfRangeException(nameof(matrix)),
        };
        var luma = kr * colour.R + (1 - kr - kb) * colour.G + kb * colour.B;
        var (blue, red) = ((colour.B - luma) / (2 * (1 - kb)), (colour.R - luma) / (2 * (1 - kr)));
        var most = (1 << bits) - 1;
        double[] codes = fullRange
            ? [luma * most, blue * most + (1 << (bits - 1)), red * most + (1 << (bits - 1))]
            :
            [
                (16 + 219 * luma) * (1 << (bits - 8)),
                (128 + 224 * blue) * (1 << (bits - 8)),
                (128 + 224 * red) * (1 << (bits - 8)),
            ];
        return [.. codes.Select(code => (int)Math.Clamp(Math.Round(code), 0, most))];
    }

    /// <summary>One second of the patches, coded without loss.</summary>
    /// <param name="pixelFormat">Planar: <c>yuv420p</c>, <c>yuv422p10le</c>, <c>gbrp</c> …</param>
    /// <param name="encoder">ffmpeg's output options.</param>
    public static async Task<string> ClipAsync(
        TestMedia media,
        string fileName,
        string pixelFormat,
        IReadOnlyList<int[]> codes,
        string encoder
    )
    {
        var raw = Path.Join(media.NewFolder(), "patches.yuv");
        var bits = pixelFormat.Contains("10le", StringComparison.Ordinal) ? 10 : 8;
        await File.WriteAllBytesAsync(
            raw,
            Frame(codes, bits, pixelFormat),
            TestContext.Current.CancellationToken
        );
        return await media.ClipAsync(
            fileName,
            [
                .. $"-stream_loop 24 -f rawvideo -pix_fmt {pixelFormat} -s {Width}x{Height} -r 25".Split(
                    ' '
                ),
                "-i",
                raw,
                .. encoder.Split(' '),
            ]
        );
    }

    /// <summary>The samples at the centres of the patches, of the first frame of the best rendition, 8 bits.</summary>
    public static async Task<List<int[]>> ReadAsync(Published output)
    {
        var picture = await Published.FfmpegAsync([
            .. "-allowed_extensions ALL -i".Split(' '),
            output.Master,
            .. "-map 0:v:0 -frames:v 1 -f rawvideo -pix_fmt yuv420p pipe:1".Split(' '),
        ]);
        Assert.Equal(Width * Height * 3 / 2, picture.Length);
        return
        [
            .. Enumerable
                .Range(0, Bars.Length)
                .Select(patch =>
                {
                    var (x, y) = (patch % 4 * 80 + 40, patch / 4 * 60 + 30);
                    var chroma = Width * Height + y / 2 * (Width / 2) + x / 2;
                    return (int[])
                        [
                            picture[y * Width + x],
                            picture[chroma],
                            picture[chroma + Width * Height / 4],
                        ];
                }),
        ];
    }

    private static byte[] Frame(IReadOnlyList<int[]> codes, int bits, string pixelFormat)
    {
        using var frame = new MemoryStream();
        for (var plane = 0; plane < 3; plane++)
        {
            var halfWidth =
                plane > 0 && (pixelFormat.Contains("420") || pixelFormat.Contains("422"));
            var halfHeight = plane > 0 && pixelFormat.Contains("420");
            for (var y = 0; y < Height; y += halfHeight ? 2 : 1)
            {
                for (var x = 0; x < Width; x += halfWidth ? 2 : 1)
                {
                    var code = codes[y / 60 * 4 + x / 80][plane];
                    frame.WriteByte((byte)code);
                    if (bits > 8)
                    {
                        frame.WriteByte((byte)(code >> 8));
                    }
                }
            }
        }
        return frame.ToArray();
    }
}
