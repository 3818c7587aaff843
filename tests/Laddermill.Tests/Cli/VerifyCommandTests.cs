using Laddermill.Tests.Verification;

namespace Laddermill.Tests.Cli;

public sealed class VerifyCommandTests(TestMedia media)
{
    [Fact(Timeout = 120_000)]
    public async Task An_output_that_keeps_the_rules_ends_with_0()
    {
        var folder = media.NewFolder();
        foreach (var (path, bytes) in await Outputs.Good)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }

        var end = await Ran.Async("verify", folder);

        Assert.Equal(0, end.Code);
        Assert.Empty(end.Output);
        Assert.Contains("PASSED", end.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_folder_without_an_output_ends_with_2_and_says_what_is_missing()
    {
        var folder = media.NewFolder();

        var end = await Ran.Async("verify", folder);

        Assert.Equal(2, end.Code);
        Assert.Contains(folder, end.Error, StringComparison.Ordinal);
        Assert.Contains("master.m3u8", end.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_broken_gate_rule_ends_with_1_and_the_report_is_on_the_output()
    {
        var folder = media.NewFolder();
        var master = Path.Combine(folder, "master.m3u8");
        await File.WriteAllTextAsync(
            master,
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmissing.m3u8\n",
            TestContext.Current.CancellationToken
        );

        var end = await Ran.Async("verify", master, "--json");

        Assert.Equal(1, end.Code);
        Assert.Empty(end.Error);
        Assert.Contains("\"verdict\": \"fail\"", end.Output, StringComparison.Ordinal);
    }
}
