using Laddermill.Verification;
using Laddermill.Verification.Reports;

namespace Laddermill.Tests.Verification;

public sealed class GoodOutputTests
{
    [Fact(Timeout = 180_000)]
    public async Task H264_keeps_every_gate_rule_and_decodes() =>
        Reports.AssertPassed(await VerifyAsync(await Outputs.Good));

    [Fact(Timeout = 180_000)]
    public async Task Hevc_keeps_every_gate_rule_and_decodes()
    {
        var report = await VerifyAsync(await Outputs.Hevc);

        Reports.AssertPassed(report);
        Assert.Equal(Verdict.Pass, report.VerdictOf("video.hevc-present-at-4.0"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Av1_keeps_every_gate_rule_and_decodes() =>
        Reports.AssertPassed(await VerifyAsync(await Outputs.Av1));

    [Fact(Timeout = 180_000)]
    public async Task Sound_alone_in_two_languages_keeps_every_gate_rule()
    {
        var report = await VerifyAsync(await Outputs.Radio);

        Reports.AssertPassed(report);
        // One member of the group plays, not the variant and a member.
        Assert.Equal(Verdict.Pass, report.VerdictOf("hls.bandwidth"));
        Assert.Equal(Verdict.NotApplicable, report.VerdictOf("iframes.present"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Subtitles_keep_every_gate_rule()
    {
        var report = await Verifier.VerifyAsync(
            new MemoryOutput(await Outputs.Subtitled),
            new VerifyOptions(),
            TestContext.Current.CancellationToken
        );

        Reports.AssertPassed(report);
        foreach (var rule in new[] { "webvtt", "timestamp-map", "cues", "duration", "same-text" })
        {
            Assert.Equal(Verdict.Pass, report.VerdictOf($"text.{rule}"));
        }
        Assert.Equal(Verdict.Pass, report.VerdictOf("dash.text"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Transport_streams_keep_every_gate_rule_and_decode()
    {
        var report = await VerifyAsync(await Outputs.Transport);

        Reports.AssertPassed(report);
        Assert.All(
            report.Results.Where(result => result.Rule.Group == "ts"),
            result => Assert.Equal(Verdict.Pass, result.Verdict)
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task A_transport_stream_of_sound_alone_keeps_every_gate_rule_and_decodes()
    {
        var report = await VerifyAsync(await Outputs.TransportRadio);

        Reports.AssertPassed(report);
        Assert.Equal(Verdict.Pass, report.VerdictOf("ts.sound-times"));
        Assert.Equal(Verdict.NotApplicable, report.VerdictOf("ts.picture-times"));
    }

    public static TheoryData<string> Fixtures =>
        [
            nameof(Outputs.Good),
            nameof(Outputs.Cinema),
            nameof(Outputs.Surround),
            nameof(Outputs.Hevc),
            nameof(Outputs.Av1),
            nameof(Outputs.Radio),
            nameof(Outputs.Subtitled),
            nameof(Outputs.Transport),
            nameof(Outputs.TransportRadio),
        ];

    [Theory(Timeout = 180_000)]
    [MemberData(nameof(Fixtures))]
    public async Task An_advice_that_is_not_kept_has_a_reason(string fixture) =>
        Reports.AssertDecided(
            await Verifier.VerifyAsync(
                new MemoryOutput(await Outputs.Of(fixture)),
                new VerifyOptions(),
                TestContext.Current.CancellationToken
            )
        );

    [Fact(Timeout = 180_000)]
    public async Task A_manifest_keeps_the_schema()
    {
        var report = await Verifier.VerifyAsync(
            new MemoryOutput(await Outputs.Good),
            new VerifyOptions(SchemaFolder: DashSchema.Folder()),
            TestContext.Current.CancellationToken
        );

        Reports.AssertPassed(report);
        Assert.Equal(Verdict.Pass, report.VerdictOf("dash.schema"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Good_thumbnails_are_good()
    {
        var edit = new OutputEdit(await Outputs.Good);
        Thumbnails.AddTo(edit, "10x5");

        var report = await VerifyAsync(edit.Files);

        Reports.AssertPassed(report);
        Assert.Equal(Verdict.Pass, report.VerdictOf("dash.thumbnails"));
    }

    private static Task<Report> VerifyAsync(IReadOnlyDictionary<string, byte[]> output) =>
        Verifier.VerifyAsync(
            new MemoryOutput(output),
            new VerifyOptions(Deep: true),
            TestContext.Current.CancellationToken
        );
}
