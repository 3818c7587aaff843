using Laddermill.Verification;
using Laddermill.Verification.Reports;

namespace Laddermill.Tests.Verification;

public sealed class PublishGateTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_running_job_gets_the_verdicts_of_a_stored_output()
    {
        var output = await Outputs.Transport;
        var gate = Fill(output);

        var report = gate.Decide(TextsOf(output));

        var stored = await Verifier.VerifyAsync(
            new MemoryOutput(output),
            new VerifyOptions(),
            TestContext.Current.CancellationToken
        );
        Assert.True(report.Passed);
        Assert.Equal(
            stored.Results.Select(result => (result.Rule.Id, result.Verdict, result.Looked)),
            report.Results.Select(result => (result.Rule.Id, result.Verdict, result.Looked))
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task A_broken_output_is_refused_with_the_rule_and_the_place()
    {
        var edit = new OutputEdit(await Outputs.Good);
        edit.Attribute("master.m3u8", "EXT-X-STREAM-INF", "FRAME-RATE", _ => "50.000");
        var report = Fill(edit.Files).Decide(TextsOf(edit.Files));

        var refusal = Assert.Throws<OutputRefusedException>(() =>
            OutputRefusedException.ThrowIfBroken(report)
        );

        Assert.Contains("s3://films/movies/a.mp4 was not published", refusal.Message);
        Assert.Contains("hls.frame-rate (HLS-AUTH 9.15)", refusal.Message);
        Assert.Contains("master.m3u8 line 5: 50.000, measured 25", refusal.Message);
        Assert.Equal(Verdict.Fail, refusal.Report.BrokenGates.Single().Verdict);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_segment_that_never_went_out_is_missed()
    {
        var edit = new OutputEdit(await Outputs.Good);
        edit.Remove(OutputEdit.Audio + "00001.m4s");

        var report = Fill(edit.Files).Decide(TextsOf(edit.Files));

        var broken = Assert.Single(report.BrokenGates);
        Assert.Equal("output.files", broken.Rule.Id);
        Assert.Equal(OutputEdit.Audio + "00001.m4s", Assert.Single(broken.Findings).Where);
    }

    [Fact(Timeout = 180_000)]
    public async Task Facts_that_another_worker_measured_count_as_our_own()
    {
        var output = await Outputs.Good;
        var elsewhere = new PublishGate("elsewhere");
        var here = new PublishGate("here");
        foreach (var (path, bytes) in output.Where(file => file.Key.EndsWith(".mp4")))
        {
            elsewhere.AddInit(path, bytes);
            here.AddInit(path, bytes);
        }
        foreach (var (path, bytes) in output.Where(file => file.Key.EndsWith(".m4s")))
        {
            here.Add(elsewhere.AddSegment(path, InitOf(path), bytes));
        }

        Assert.Empty(here.Decide(TextsOf(output)).BrokenGates);
    }

    [Theory(Timeout = 180_000)]
    [InlineData("dash.mpd", "hls.")]
    [InlineData("master.m3u8", "dash.")]
    public async Task One_protocol_alone_may_be_published(string absent, string looked)
    {
        var edit = new OutputEdit(await Outputs.Good);
        edit.Remove(absent);

        var report = Fill(edit.Files).Decide(TextsOf(edit.Files));

        Assert.Empty(report.BrokenGates);
        Assert.Contains(
            report.Results,
            result => result.Rule.Id.StartsWith(looked) && result.Verdict == Verdict.Pass
        );
    }

    private static PublishGate Fill(IReadOnlyDictionary<string, byte[]> output)
    {
        var gate = new PublishGate("s3://films/movies/a.mp4");
        foreach (var (path, bytes) in output.Where(file => file.Key.EndsWith(".mp4")))
        {
            gate.AddInit(path, bytes);
        }
        foreach (var (path, bytes) in output.Where(file => file.Key.EndsWith(".m4s")))
        {
            gate.AddSegment(path, InitOf(path), bytes);
        }
        foreach (var (path, bytes) in output.Where(file => file.Key.EndsWith(".ts")))
        {
            gate.AddTransport(path, bytes);
        }
        return gate;
    }

    private static string InitOf(string segment) =>
        segment[..(segment.LastIndexOf('/') + 1)] + "init.mp4";

    private static Dictionary<string, ReadOnlyMemory<byte>> TextsOf(
        IReadOnlyDictionary<string, byte[]> output
    ) =>
        output
            .Where(file => file.Key.EndsWith(".m3u8") || file.Key.EndsWith(".mpd"))
            .ToDictionary(file => file.Key, file => (ReadOnlyMemory<byte>)file.Value);
}
