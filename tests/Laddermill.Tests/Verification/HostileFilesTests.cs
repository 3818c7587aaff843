using Laddermill.Verification;
using Laddermill.Verification.Model;
using Laddermill.Verification.Reports;

namespace Laddermill.Tests.Verification;

/// <summary>Files of strangers: they may break rules, never the reader.</summary>
public sealed class HostileFilesTests
{
    [Theory(Timeout = 180_000)]
    [InlineData(OutputEdit.First + "init.mp4")]
    [InlineData(OutputEdit.Audio + "init.mp4")]
    [InlineData(OutputEdit.First + "00001.m4s")]
    [InlineData(OutputEdit.First + "playlist.m3u8")]
    [InlineData(OutputEdit.First + "iframes.m3u8")]
    [InlineData("master.m3u8")]
    [InlineData("dash.mpd")]
    public async Task Any_bytes_give_a_report(string path)
    {
        var random = new Random(2026);
        var edit = new OutputEdit(await Outputs.Good);
        var good = edit.Files[path];
        for (var round = 0; round < 150; round++)
        {
            edit.Files[path] = Spoil(good, random);

            var report = await VerifyAsync(edit);

            Assert.NotEmpty(report.Results);
        }
    }

    [Theory(Timeout = 180_000)]
    [InlineData("mf4k2c7a/ts-video-180p/00001.ts")]
    [InlineData("mf4k2c7a/ts-audio-fra-2ch/00001.ts")]
    [InlineData("mf4k2c7a/ts-video-180p/iframes.m3u8")]
    [InlineData("master-ts.m3u8")]
    public async Task Any_bytes_of_a_transport_stream_give_a_report(string path)
    {
        var random = new Random(2026);
        var edit = new OutputEdit(await Outputs.Transport);
        var good = edit.Files[path];
        for (var round = 0; round < 60; round++)
        {
            edit.Files[path] = Spoil(good, random);

            Assert.NotEmpty((await VerifyAsync(edit)).Results);
        }
    }

    [Theory(Timeout = 180_000)]
    [InlineData("hvc1", "hvcC")]
    [InlineData("av01", "av1C")]
    public async Task Any_parameter_sets_give_a_report(string entry, string box)
    {
        var random = new Random(2026);
        var edit = new OutputEdit(await (entry == "hvc1" ? Outputs.Hevc : Outputs.Av1));
        const string Path = OutputEdit.First + "init.mp4";
        var (good, start) = (edit.Files[Path], edit.Box(Path, box) + 8);
        for (var round = 0; round < 300; round++)
        {
            edit.Files[Path] = [.. good];
            edit.Patch(Path, start + random.Next(80), (byte)random.Next(256));
            edit.Patch(Path, start + random.Next(80), (byte)random.Next(256));

            Assert.NotEmpty((await VerifyAsync(edit)).Results);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task A_time_line_without_end_is_cut()
    {
        var edit = new OutputEdit(await Outputs.Good);
        edit.Replace("dash.mpd", "r=\"1\"", "r=\"2000000000\"");

        var report = await VerifyAsync(edit);

        Assert.Equal(Verdict.Fail, report.VerdictOf("dash.timeline"));
    }

    [Theory]
    [InlineData("master.m3u8", "a/b.m4s", "a/b.m4s")]
    [InlineData("a/b/c.m3u8", "../d.mp4", "a/d.mp4")]
    [InlineData("a/c.m3u8", "./d%20e.mp4", "a/d e.mp4")]
    [InlineData("a/c.m3u8", "../../etc/passwd", null)]
    [InlineData("a/c.m3u8", "%2e%2e/%2e%2e/etc/passwd", null)]
    [InlineData("master.m3u8", "/etc/passwd", null)]
    [InlineData("master.m3u8", "https://cdn.example/a.m4s", null)]
    [InlineData("master.m3u8", "//cdn.example/a.m4s", null)]
    [InlineData("master.m3u8", "a.m4s?x=1", null)]
    [InlineData("master.m3u8", "..\\..\\secret", null)]
    [InlineData("master.m3u8", "", null)]
    public void A_name_leads_inside_or_nowhere(string file, string uri, string? path) =>
        Assert.Equal(path, OutputPath.Resolve(file, uri));

    private static byte[] Spoil(byte[] good, Random random)
    {
        byte[] spoilt = random.Next(4) == 0 ? good[..random.Next(good.Length)] : [.. good];
        for (var change = 0; change < random.Next(1, 6) && spoilt.Length > 0; change++)
        {
            // Mostly near the front, where the structure is.
            var reach = random.Next(2) == 0 ? spoilt.Length : Math.Min(700, spoilt.Length);
            spoilt[random.Next(reach)] = (byte)random.Next(256);
        }
        return spoilt;
    }

    private static Task<Report> VerifyAsync(OutputEdit edit) =>
        Verifier.VerifyAsync(
            new MemoryOutput(edit.Files),
            new VerifyOptions(),
            TestContext.Current.CancellationToken
        );
}
