using System.Globalization;
using System.Text;
using Laddermill.Storage.FileSystem;
using Laddermill.Tests.Transcoding;
using Laddermill.Verification;
using Laddermill.Verification.Reports;
using Laddermill.Verification.Rules;

namespace Laddermill.Tests.Verification;

/// <summary>Every rule on what the built-in profiles make of real files, every segment decoded; the verdicts are kept as a table.</summary>
[Trait("Level", "Long")]
public sealed class RuleTableTests(TestMedia media, ITestOutputHelper log)
{
    private const int Minutes = 60_000;

    /// <summary>Short ones of every kind: the encoders are those of the built-in profiles, at full size.</summary>
    private static readonly string[] Files =
    [
        "fate_packed_bframes.avi",
        "mex_Sony ILCE-7M3 (A7M3).mts",
        "ax_av1_hlg_portrait.mkv",
        "ax_hevc_bframes_854x480.mp4",
        "fate_neg_first_pts_discard.mov",
        "tc_h264_10bit_200x200.mp4",
        "tc_hevc_128x128_10fps.mp4",
        "ax_video_only.mp4",
        "ax_vp9_odd_161x121.webm",
        "mex_xmp480qt.mov",
        "ax_vp9_960x540_60fps_vorbis51.webm",
        "ax_bt601_640x428_vfr.mov",
        "ax_hdr10_av1_mdcv_clli_60p.mp4",
        "ax_rotate_and_reflect.mp4",
        "ax_htc_rotation_track_name.mkv",
        "-i leading dash.mp4",
        "100%d %s %03d.mp4",
        "ax_audio_only_1s.mp4",
        "ax_sample.flv",
        "ax_subs_srt.mkv",
        "encore_multiple_audio_noVideo.mp4",
        "fate_mpeg2_field_encoding.ts",
        "ax_eac3_51.mp4",
        "fate_svq1_293x178.mov",
        "ax_cea608_fragmented.mp4",
        "mb_rotate-buck-bunny_5.1.mp4",
        "psychtoolbox_DualDiscs_640x465.mov",
        "ax_flac_with_picture.flac",
        "ax_vp9_642x642.webm",
        "mex_sample.3gp",
        "mb_sar_2x1.mp4",
        "tc_av1_640x360.mkv",
        "mdn_flower.webm",
    ];

    [Fact(Timeout = 40 * Minutes)]
    public async Task Real_files_keep_every_gate_rule_in_the_built_in_profiles()
    {
        var schema = DashSchema.Folder();
        var reports = new List<(string Made, Report Report)>();
        foreach (var file in Files)
        {
            var source = TestMedia.CorpusFile(file);
            foreach (var profile in (string[])["default", "constant"])
            {
                var output = await Published.MakeAsync(media, source, profile, segments: "ts");
                var store = new FileSystemObjectStore(Path.GetDirectoryName(output.Folder)!);
                var report = await Verifier.VerifyAsync(
                    new StoreOutputReader(store, Path.GetFileName(output.Folder)),
                    new VerifyOptions(Deep: true, SchemaFolder: schema),
                    TestContext.Current.CancellationToken
                );
                reports.Add(($"{file} ({profile})", report));
                Directory.Delete(Path.GetDirectoryName(output.Folder)!, recursive: true);
            }
        }
        var table = Table(reports.ConvertAll(made => made.Report));
        var place = Repository.PathTo("artifacts", "rule-verdicts.md");
        await File.WriteAllTextAsync(place, table, TestContext.Current.CancellationToken);
        log.WriteLine($"{reports.Count} outputs; the verdicts are in {place}.");
        Assert.Empty(
            reports.SelectMany(made =>
                made.Report.BrokenGates.Select(gate =>
                    $"{made.Made}: {gate.Rule.Id}: {gate.Findings.FirstOrDefault()}"
                )
            )
        );
        reports.ForEach(made => Reports.AssertDecided(made.Report));
    }

    private static string Table(List<Report> reports)
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Of {reports.Count} outputs, how many keep each rule, break it, or hold nothing that it speaks of.\n"
        );
        text.AppendLine("| rule | class | pass | fail | nothing to look at | skipped |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (var rule in RuleCatalogue.All)
        {
            int Count(Verdict verdict) =>
                reports.Count(report =>
                    report.Results.First(result => result.Rule.Id == rule.Id).Verdict == verdict
                );
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {rule.Id} | {rule.Class} | {Count(Verdict.Pass)} | {Count(Verdict.Fail)} | {Count(Verdict.NotApplicable)} | {Count(Verdict.Skipped)} |"
            );
        }
        return text.ToString();
    }
}
