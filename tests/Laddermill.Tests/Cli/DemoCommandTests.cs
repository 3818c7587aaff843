namespace Laddermill.Tests.Cli;

public sealed class DemoCommandTests(TestMedia media)
{
    [Fact(Timeout = 600_000)]
    public async Task The_demo_makes_streams_and_says_how_to_play_them()
    {
        var folder = Path.Combine(media.NewFolder(), "it's a demo");

        var end = await Ran.Async("demo", folder);

        var output = Path.Combine(folder, "published", "sample.mp4");
        Assert.Equal(0, end.Code);
        Assert.Contains(
            $"ffplay -allowed_extensions ALL '{folder.Replace("'", "'\\''", StringComparison.Ordinal)}",
            end.Error,
            StringComparison.Ordinal
        );
        foreach (var rendition in (string[])["1080p", "720p", "360p", "eng-2ch"])
        {
            Assert.Contains(rendition, end.Error, StringComparison.Ordinal);
        }
        Assert.Equal(0, (await Ran.Async("verify", output)).Code);
    }
}
