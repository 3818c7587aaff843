using System.Text.Json.Nodes;

namespace Laddermill.Tests.Cli;

public sealed class TranscodeCommandTests(TestMedia media)
{
    private const int Minutes = 60_000;

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_file_becomes_streams_that_keep_the_rules()
    {
        var destination = media.NewFolder();
        var source = await media.VideoAsync("first film.mp4");

        var end = await Ran.Async("transcode", source, destination);

        var folder = Path.Combine(destination, "first film.mp4");
        Assert.Equal(0, end.Code);
        Assert.Empty(end.Output);
        Assert.Contains("encode 0 %", end.Error, StringComparison.Ordinal);
        Assert.Contains("video-180p", end.Error, StringComparison.Ordinal);
        Assert.Contains($"HLS:  {folder}/master.m3u8", end.Error, StringComparison.Ordinal);
        Assert.Contains($"DASH: {folder}/dash.mpd", end.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Ran.Async("verify", folder)).Code);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_job_that_is_done_is_told_and_not_repeated()
    {
        var destination = media.NewFolder();
        var source = await media.VideoAsync();
        string[] command = ["transcode", source, destination, "--progress", "none", "--json"];

        var first = JsonNode.Parse((await Ran.Async(command)).Output);
        var second = await Ran.Async(command);

        Assert.Equal(0, second.Code);
        Assert.Contains("Done before", second.Error, StringComparison.Ordinal);
        var again = JsonNode.Parse(second.Output);
        Assert.False((bool?)first?["wasDone"]);
        Assert.True((bool?)again?["wasDone"]);
        Assert.Equal((string?)first?["revision"], (string?)again?["revision"]);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Progress_in_json_is_lines_of_which_the_last_is_the_result()
    {
        var end = await Ran.Async([
            "transcode",
            await media.VideoAsync(),
            media.NewFolder(),
            "--progress",
            "json",
        ]);

        var lines = end
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .ToList();
        Assert.Equal("probe", (string?)lines[0]["progress"]?["phase"]);
        Assert.Equal("publish", (string?)lines[^2]["progress"]?["phase"]);
        Assert.Equal("done", (string?)lines[^1]["result"]?["state"]);
        Assert.Equal("clip.mp4/master.m3u8", (string?)lines[^1]["result"]?["masterPlaylist"]);
        Assert.Equal(
            "avc1",
            ((string?)lines[^1]["result"]?["renditions"]?[0]?["codec"])?.Split('.')[0]
        );
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("hls", "master.m3u8", "dash.mpd")]
    [InlineData("dash", "dash.mpd", "master.m3u8")]
    public async Task One_protocol_alone_is_published_alone(
        string protocol,
        string there,
        string absent
    )
    {
        var destination = media.NewFolder();

        var end = await Ran.Async([
            "transcode",
            await media.VideoAsync(),
            destination,
            "--protocol",
            protocol,
        ]);

        Assert.Equal(0, end.Code);
        Assert.True(File.Exists(Path.Combine(destination, "clip.mp4", there)));
        Assert.False(File.Exists(Path.Combine(destination, "clip.mp4", absent)));
        Assert.DoesNotContain(absent, end.Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = Minutes)]
    [InlineData("--profile", "nonsense")]
    [InlineData("--protocol", "hls,rtmp")]
    [InlineData("--segments", "webm")]
    [InlineData("--progress", "fireworks")]
    public async Task A_wrong_option_ends_with_2_and_makes_nothing(string option, string value)
    {
        var destination = media.NewFolder();

        var end = await Ran.Async([
            "transcode",
            await media.VideoAsync(),
            destination,
            option,
            value,
        ]);

        Assert.Equal(2, end.Code);
        Assert.Contains(value.Split(',')[^1], end.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(destination));
    }

    [Fact(Timeout = Minutes)]
    public async Task A_rejected_source_ends_with_3_and_programs_are_told_why()
    {
        var file = Path.Combine(media.NewFolder(), "letter.mp4");
        await File.WriteAllTextAsync(file, "Dear Sir", TestContext.Current.CancellationToken);

        var end = await Ran.Async([
            "transcode",
            file,
            media.NewFolder(),
            "--progress",
            "none",
            "--json",
        ]);

        Assert.Equal(3, end.Code);
        var told = JsonNode.Parse(end.Output);
        Assert.Equal("rejected", (string?)told?["state"]);
        Assert.Equal("not-media", (string?)told?["code"]);
        Assert.Contains((string)told!["reason"]!, end.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = Minutes)]
    public async Task A_destination_that_cannot_be_written_ends_with_1()
    {
        var file = Path.Combine(media.NewFolder(), "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var end = await Ran.Async([
            "transcode",
            await media.VideoAsync(),
            Path.Combine(file, "out"),
            "--progress",
            "none",
        ]);

        Assert.Equal(1, end.Code);
        Assert.Contains(file, end.Error, StringComparison.Ordinal);
        Assert.Single(
            end.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => !line.StartsWith("sandbox: ", StringComparison.Ordinal)
        );
    }

    [Fact(Timeout = Minutes)]
    public async Task A_plan_is_words_with_reasons_or_json()
    {
        var source = await media.VideoAsync();

        var words = await Ran.Async("plan", source);
        var json = await Ran.Async("plan", source, "--profile", "constant", "--json");

        Assert.Equal((0, 0), (words.Code, json.Code));
        Assert.Contains(
            "  video-180p: 320x180, 25 frames/s",
            words.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("  frame rate: ", words.Error, StringComparison.Ordinal);
        Assert.Empty(words.Output);
        Assert.Equal("constant", (string?)JsonNode.Parse(json.Output)?["profile"]);
    }
}
