using Laddermill.Events;

namespace Laddermill.Tests.Events;

public sealed class NameRulesTests
{
    [Theory]
    [InlineData("film.mp4")]
    [InlineData("2024/holidays/film.mp4")]
    [InlineData("dash.mpd")]
    [InlineData("thumbnails/summer.png")]
    [InlineData("a/mf4k2c7a/film.ts")]
    [InlineData(".laddermill")]
    [InlineData("no-extension")]
    public void Any_upload_starts_a_job_even_beside_the_outputs(string key) =>
        Assert.Null(NameRules.All.Objection(key, outputPrefix: ""));

    [Theory]
    [InlineData("films/")]
    [InlineData("films/a.mp4/master.m3u8")]
    [InlineData("films/a.mp4/master-ts.m3u8")]
    [InlineData("films/a.mp4/dash.mpd")]
    [InlineData("films/a.mp4/job.json")]
    [InlineData("films/a.mp4/mf4k2c7a/verify.json")]
    [InlineData("films/a.mp4/mf4k2c7a/video-1080p/init.mp4")]
    [InlineData("films/a.mp4/mf4k2c7a/video-1080p/00000.m4s")]
    [InlineData("films/a.mp4/mf4k2c7a/video-1080p/00000.ts")]
    [InlineData("films/a.mp4/mf4k2c7a/video-1080p/playlist-ts.m3u8")]
    [InlineData("films/a.mp4/mf4k2c7a/subtitles-eng/subtitles.vtt")]
    [InlineData("thumbnails/films/a.mp4_thumb.png")]
    [InlineData(".laddermill/jobs/abc.json")]
    public void Folder_markers_and_what_a_job_makes_start_none(string key) =>
        Assert.NotNull(NameRules.All.Objection(key, outputPrefix: ""));

    [Fact]
    public void Outputs_are_looked_for_only_where_they_are_published()
    {
        Assert.Null(NameRules.All.Objection("films/a.mp4/job.json", outputPrefix: null));
        Assert.Null(NameRules.All.Objection("films/a.mp4/job.json", outputPrefix: "out/"));
        Assert.NotNull(NameRules.All.Objection("out/films/a.mp4/job.json", outputPrefix: "out/"));
    }

    [Fact]
    public void Patterns_include_and_exclude_whatever_the_case()
    {
        var rules = NameRules.Parse("in/*.mp4, in/*.MOV", "*/drafts/*");
        Assert.Null(rules.Objection("in/a/b.MP4", null));
        Assert.Null(rules.Objection("in/b.mov", null));
        Assert.Contains("no pattern", rules.Objection("in/b.txt", null), StringComparison.Ordinal);
        Assert.Contains(
            "'*/drafts/*'",
            rules.Objection("in/drafts/b.mov", null),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "aXbYc", true)]
    [InlineData("a*b*c", "aXbY", false)]
    [InlineData("*.mp4", ".mp4", true)]
    [InlineData("a", "ab", false)]
    [InlineData("a**", "a", true)]
    public void A_star_stands_for_any_run(string pattern, string text, bool matches) =>
        Assert.Equal(matches, NameRules.Matches(pattern, text));

    [Fact]
    public void No_name_makes_matching_slow()
    {
        var started = TimeProvider.System.GetTimestamp();
        Assert.False(
            NameRules.Matches(
                string.Concat(Enumerable.Repeat("a*", 500)) + "b",
                new string('a', 1024)
            )
        );
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1));
    }
}
