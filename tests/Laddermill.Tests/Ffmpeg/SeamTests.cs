using System.Collections.Immutable;
using System.Text;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Ffmpeg;

/// <summary>
/// Filters with a memory (fields, steady rate) must give the same frames whether a film is made in ranges or in one piece: compared before any encoder,
/// to the bit.
/// </summary>
public sealed class SeamTests(TestMedia media)
{
    private const int Minutes = 60_000;

    [Theory(Timeout = 5 * Minutes)]
    [InlineData(
        "fields.mkv",
        "testsrc2=size=320x480:rate=60000/1001:duration=14",
        "-vf tinterlace=interleave_top -c:v libx264 -flags +ilme+ildct -x264-params tff=1:open-gop=1"
    )]
    [InlineData(
        "fields.ts",
        "testsrc2=size=320x480:rate=50:duration=14",
        "-vf tinterlace=interleave_bottom -c:v mpeg2video -b:v 4M -flags +ilme+ildct -top 0 -bf 2"
    )]
    [InlineData(
        "uneven.mkv",
        "testsrc2=size=320x180:rate=60:duration=14",
        "-vf select='not(mod(n\\,7)*mod(n\\,3))' -fps_mode vfr -c:v libx264"
    )]
    [InlineData("fast.mp4", "testsrc2=size=320x180:rate=120:duration=14", "-c:v libx264")]
    [InlineData("slow.mp4", "testsrc2=size=320x180:rate=7:duration=14", "-c:v libx264")]
    [InlineData(
        "hdr.mp4",
        "testsrc2=size=320x180:rate=24000/1001:duration=14",
        "-c:v libx265 -x265-params log-level=0 -pix_fmt yuv420p10le -colorspace bt2020nc -color_primaries bt2020 -color_trc arib-std-b67"
    )]
    public async Task Ranges_give_the_frames_of_the_whole(
        string file,
        string picture,
        string coding
    )
    {
        var source = await media.ClipAsync(
            file,
            [
                .. "-f lavfi -i".Split(' '),
                picture,
                .. coding.Split(' '),
                .. file.StartsWith("hdr", StringComparison.Ordinal) ? "-preset ultrafast".Split(' ')
                : coding.Contains("mpeg2", StringComparison.Ordinal) ? ["-pix_fmt", "yuv420p"]
                : "-preset ultrafast -pix_fmt yuv420p".Split(' '),
            ]
        );
        var input = MediaInput.FromFile(source);
        var (apart, whole) = (await PlanAsync(input, 1), await PlanAsync(input, 10));
        Assert.True(apart.Ranges.Length > 1, "no seam");
        Assert.Single(whole.Ranges);

        var pieces = new List<string>();
        foreach (var range in apart.Ranges)
        {
            var frames = await FramesAsync(input, apart, range);
            Assert.Equal(range.FrameCount, frames.Count);
            pieces.AddRange(frames);
        }

        Assert.Equal(await FramesAsync(input, whole, whole.Ranges[0]), pieces);
    }

    private static async Task<Plan> PlanAsync(MediaInput input, int segmentsPerRange)
    {
        var profile = Profiles.Load("default");
        profile = profile with
        {
            Segments = profile.Segments with { SegmentsPerRange = segmentsPerRange },
        };
        var source = await SourcePlanner.MakeAsync(
            input,
            profile,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        return source.Plan;
    }

    /// <summary>A hash of each frame of the best rendition as the encoder gets it.</summary>
    private static async Task<List<string>> FramesAsync(
        MediaInput input,
        Plan plan,
        EncodeRange range
    )
    {
        List<string> outputs =
        [
            .. plan.Video!.Renditions.Select(rendition => rendition.Name),
            "decoded",
        ];
        var arguments = EncodeArguments.ForRange(input, plan, range, outputs).ToImmutableArray();
        var others = Enumerable
            .Range(1, plan.Video.Renditions.Length - 1)
            .Select(index => $"v{index}")
            .Append("decoded")
            .SelectMany(label => (string[])["-map", $"[{label}]", "-f", "null", "-"]);
        var hashes = await Transcoding.Published.FfmpegAsync([
            .. arguments[..arguments.IndexOf("-map")],
            .. $"-loglevel error -map [v0] -frames:v {range.FrameCount} -fps_mode passthrough -f framemd5 pipe:1".Split(
                ' '
            ),
            .. others,
        ]);
        return
        [
            .. Encoding
                .ASCII.GetString(hashes)
                .Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => line.Split(',')[^1].Trim()),
        ];
    }
}
