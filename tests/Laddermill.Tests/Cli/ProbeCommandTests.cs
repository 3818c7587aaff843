using System.Text.Json.Nodes;

namespace Laddermill.Tests.Cli;

public sealed class ProbeCommandTests(TestMedia media)
{
    [Fact(Timeout = 60_000)]
    public async Task Words_go_to_the_error_stream()
    {
        var end = await Ran.Async("probe", await media.VideoAsync());

        Assert.Equal(0, end.Code);
        Assert.Empty(end.Output);
        Assert.Contains("  video #0: h264", end.Error, StringComparison.Ordinal);
        Assert.Contains("320x180, 25 frames/s", end.Error, StringComparison.Ordinal);
        Assert.Contains("  audio #1: aac LC", end.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Json_goes_to_the_output()
    {
        var end = await Ran.Async("probe", "--json", await media.VideoAsync());

        Assert.Equal(0, end.Code);
        Assert.Empty(end.Error);
        Assert.Equal("25", (string?)JsonNode.Parse(end.Output)?["video"]?[0]?["frameRate"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_looks_like_an_option_stands_behind_two_dashes()
    {
        var clip = await media.VideoAsync("--json.mp4");
        var folder = Environment.CurrentDirectory;
        var end = await Ran.Async("probe", "--", Path.GetRelativePath(folder, clip));

        Assert.Equal(0, end.Code);
        Assert.Contains("h264", end.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_is_no_media_ends_with_3()
    {
        var file = Path.Combine(media.NewFolder(), "notes.mp4");
        await File.WriteAllTextAsync(file, "Dear diary", TestContext.Current.CancellationToken);

        var end = await Ran.Async("probe", file);

        Assert.Equal(3, end.Code);
        Assert.StartsWith(
            "laddermill: the source was rejected (not-media): ",
            end.Error,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_is_not_there_ends_with_1()
    {
        var end = await Ran.Async("probe", "/nowhere/film.mp4");

        Assert.Equal(1, end.Code);
        Assert.Contains("/nowhere/film.mp4", end.Error, StringComparison.Ordinal);
        Assert.Single(end.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("http://films/sintel.mp4")]
    [InlineData("s3://")]
    public async Task An_address_that_cannot_be_read_ends_with_2(string address)
    {
        var end = await Ran.Async("probe", address);

        Assert.Equal(2, end.Code);
        Assert.Single(end.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
