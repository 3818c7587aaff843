using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Tests.Ladders;

public sealed class SubtitlePlannerTests
{
    [Fact]
    public void Tracks_and_files_become_renditions_and_pictures_are_left_out_with_a_reason()
    {
        var plan = Make(
            "{}",
            [
                Track(2, "mov_text", "eng"),
                Track(3, "ass", "eng") with
                {
                    Title = "Director's",
                },
                Track(4, "hdmv_pgs_subtitle", "fre"),
                Track(5, "subrip", "ger") with
                {
                    IsForced = true,
                },
                Track(6, "dvb_teletext", null),
            ],
            new("film.en.sdh.srt", "srt", "en", false, true, false),
            new("film.vtt", "vtt", null, false, false, true)
        );

        Assert.Equal(
            [
                "subtitles-eng: English, subtitle",
                "subtitles-eng-2: Director's, subtitle",
                "subtitles-ger-forced: German (forced), forced-subtitle",
                "subtitles-eng-sdh: English (SDH), caption",
                "subtitles-und: Subtitles, subtitle, default",
            ],
            plan.Subtitles.Select(each =>
                $"{each.Name}: {each.Label}, {each.Role}{(each.IsDefault ? ", default" : "")}"
            )
        );
        Assert.Equal([2, 3, 5, null, null], plan.Subtitles.Select(each => each.StreamIndex));
        Assert.Equal(
            [
                "track 4 (hdmv_pgs_subtitle) is left out: it is made of pictures, not of text",
                "track 6 (dvb_teletext) is left out: pages of teletext are not converted",
            ],
            plan.Decisions.Where(each => each.Subject == "subtitles").Select(each => each.Reason)
        );
    }

    [Theory]
    [InlineData("""{ "tracks": "none" }""", "")]
    [InlineData("""{ "languages": ["pt"] }""", "subtitles-por")]
    [InlineData("""{ "languages": ["en", "und"] }""", "subtitles-eng subtitles-und")]
    [InlineData("""{ "languages": ["pt-PT"] }""", "")]
    public void The_profile_chooses(string settings, string expected)
    {
        var plan = Make(
            settings,
            [Track(2, "mov_text", "eng"), Track(3, "mov_text", "pt-BR"), Track(4, "mov_text", null)]
        );

        Assert.Equal(expected, string.Join(' ', plan.Subtitles.Select(each => each.Name)));
        Assert.Equal(
            3 - plan.Subtitles.Length,
            plan.Decisions.Count(each => each.Subject == "subtitles")
        );
    }

    [Fact]
    public void A_language_that_is_none_is_refused() =>
        Assert.Contains(
            "holds \"the english\"",
            Assert
                .Throws<ProfileException>(() => Parse("""{ "languages": ["the english"] }"""))
                .Message,
            StringComparison.Ordinal
        );

    private static Profile Parse(string settings) =>
        Profiles.Parse(
            $$"""{ "mine": { "extends": "default", "description": "x", "subtitles": {{settings}} } }""",
            "mine.json"
        );

    private static Plan Make(
        string settings,
        SubtitleStream[] tracks,
        params SidecarFile[] files
    ) =>
        Planner.Make(
            Sources.File(Sources.Video()) with
            {
                Subtitles = [.. tracks],
                Sidecars = [.. files],
            },
            null,
            Parse(settings)
        );

    private static SubtitleStream Track(int index, string codec, string? language) =>
        new(
            index,
            codec,
            SubtitleStream.IsTextCodec(codec),
            language,
            null,
            index == 2,
            false,
            false
        );
}
