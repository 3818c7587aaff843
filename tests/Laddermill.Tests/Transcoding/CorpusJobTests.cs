using Laddermill.Storage.FileSystem;
using Laddermill.Verification;

namespace Laddermill.Tests.Transcoding;

/// <summary>Jobs on real files that nobody here made.</summary>
public sealed class CorpusJobTests(TestMedia media)
{
    private const int Minutes = 60_000;

    /// <summary>One or more of each codec and container that people upload.</summary>
    public static TheoryData<string> Varied =>
        [
            "npm_vide_ocean720p.mp4",
            "encore_test_stereo_1080p_422_10bit_96k.mp4",
            "mex_android_with-gps.mp4",
            "ax_rot180.mp4",
            "mb_hevc_1080p_aac51.ts",
            "ax_hevc_bframes_854x480.mp4",
            "ax_vp9_960x540_60fps_vorbis51.webm",
            "ax_vp9_odd_161x121.webm",
            "mdn_flower.webm",
            "gnome_display-dual-monitors.webm",
            "tc_av1_640x360.mkv",
            "ax_av1_hlg_portrait.mkv",
            "tsduck_mpeg2_576i_pal.ts",
            "tsduck_mpeg2_422_1080i_dts.ts",
            "fate_h264_in_avi_ref10.avi",
            "fate_packed_bframes.avi",
            "fate_ProRes_422_HQ.mov",
            "fate_dnxhr_lb_640x480.mxf",
            "npm_vide_ocean_theora.ogv",
            "gem_alea_mpeg1.mpg",
            "ax_sample.flv",
            "fate_gotomeeting_g2m4.wmv",
            "mex_Sony ILCE-7M3 (A7M3).mts",
            "fate_hdr10_plus_vp9.webm",
            "mb_cursed-vfr_screenrec.mp4",
            "-i leading dash.mp4",
            "100%d %s %03d.mp4",
            "имя файла — тест 🎬.mp4",
        ];

    [Theory(Timeout = 5 * Minutes)]
    [MemberData(nameof(Varied))]
    public async Task A_real_video_is_published_whole_and_by_the_rules(string file)
    {
        var source = TestMedia.CorpusFile(file);
        var output = await Published.MakeAsync(
            media,
            source,
            Published.LongRangeProfile,
            segments: "ts"
        );

        await AssertGoodAsync(output);
    }

    private static async Task AssertGoodAsync(Published output)
    {
        var store = new FileSystemObjectStore(Path.GetDirectoryName(output.Folder)!);
        var reader = new StoreOutputReader(store, Path.GetFileName(output.Folder));
        var report = await Verifier.VerifyAsync(
            reader,
            new VerifyOptions(),
            TestContext.Current.CancellationToken
        );
        Assert.True(
            report.Passed,
            string.Join(
                '\n',
                report.BrokenGates.Select(gate =>
                    $"{gate.Rule.Id}: {gate.Findings.FirstOrDefault()}"
                )
            )
        );
        if (output.Report["plan"]!["video"] is { } video)
        {
            var renditions = video["renditions"]!.AsArray().Count;
            var counted = await Published.CountFramesAsync(output.Master, renditions);
            Assert.All(counted, frames => Assert.Equal(output.PlannedFrames, frames));
        }
    }
}
