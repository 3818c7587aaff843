using System.Text.Json;
using Laddermill.Verification;
using Laddermill.Verification.Reports;

namespace Laddermill.Tests.Verification;

public sealed class ReportTests
{
    [Fact(Timeout = 180_000)]
    public async Task The_table_shows_a_broken_rule_with_its_place_and_ends_with_a_summary()
    {
        var lines = ReportText.Lines(await BrokenAsync()).ToList();

        var row = lines.FindIndex(line => line.StartsWith("  FAIL     hls.resolution "));
        Assert.Contains("MUST    1 of 2: RESOLUTION is the size", lines[row]);
        Assert.Equal(
            "             master.m3u8 line 5: 8x8, the bitstream is 320x180",
            lines[row + 1]
        );
        Assert.Contains("HLS playlists", lines);
        Assert.StartsWith("FAILED: ", lines[^1]);
        Assert.Contains("1 broken", lines[^1]);
    }

    [Fact(Timeout = 180_000)]
    public async Task The_document_counts_verdicts_and_lists_every_rule()
    {
        var report = await BrokenAsync();
        using var document = JsonDocument.Parse(ReportJson.Write(report));
        var root = document.RootElement;

        Assert.Equal(1, root.GetProperty("format").GetInt32());
        Assert.Equal("fail", root.GetProperty("verdict").GetString());
        Assert.Equal(1, root.GetProperty("gate").GetProperty("fail").GetInt32());
        Assert.Equal(report.Results.Length, root.GetProperty("results").GetArrayLength());
        var broken = root.GetProperty("results")
            .EnumerateArray()
            .Single(result => result.GetProperty("rule").GetString() == "hls.resolution");
        Assert.Equal("gate", broken.GetProperty("class").GetString());
        Assert.Equal("MUST", broken.GetProperty("level").GetString());
        Assert.Equal("fail", broken.GetProperty("verdict").GetString());
        Assert.Equal(2, broken.GetProperty("looked").GetInt32());
        var finding = Assert.Single(broken.GetProperty("findings").EnumerateArray());
        Assert.Equal("master.m3u8 line 5", finding.GetProperty("where").GetString());
        Assert.Equal("8x8, the bitstream is 320x180", finding.GetProperty("found").GetString());
    }

    [Fact(Timeout = 180_000)]
    public async Task An_advice_that_is_not_kept_stands_with_our_reason_and_breaks_nothing()
    {
        var report = await Verifier.VerifyAsync(
            new MemoryOutput(await Outputs.Good),
            new VerifyOptions(),
            TestContext.Current.CancellationToken
        );
        var lines = ReportText.Lines(report).ToList();

        var row = lines.FindIndex(line => line.StartsWith("  advice   hls.cellular-rate "));
        Assert.StartsWith("             decided: The ladder follows", lines[row + 2]);
        Assert.StartsWith("PASSED: ", lines[^1]);
    }

    private static async Task<Report> BrokenAsync()
    {
        var edit = new OutputEdit(await Outputs.Good);
        edit.Attribute("master.m3u8", "EXT-X-STREAM-INF", "RESOLUTION", _ => "8x8");
        return await Verifier.VerifyAsync(
            new MemoryOutput(edit.Files),
            new VerifyOptions(),
            TestContext.Current.CancellationToken
        );
    }
}
