using Laddermill.Cli.Commands;
using Laddermill.Media;

namespace Laddermill.Tests.Cli;

public sealed class MediaSummaryTests
{
    private static readonly ColourDescription Hdr10 = new(
        "tv",
        "bt2020",
        "smpte2084",
        "bt2020nc",
        "hdr10",
        null,
        null,
        null,
        null
    );

    private static readonly VideoStream Portrait = new(
        0,
        "hevc",
        "Main 10",
        153,
        3840,
        2160,
        90,
        new Rational(1, 1),
        new Rational(30000, 1001),
        new Rational(30, 1),
        true,
        null,
        "tt",
        "yuv420p10le",
        10,
        Hdr10,
        0,
        12.5,
        24_000_000,
        true,
        false,
        true,
        false,
        null,
        null
    );

    [Fact]
    public void Each_stream_has_a_line_with_what_decisions_need()
    {
        var info = new MediaInfo(
            "mov,mp4",
            12.5,
            0.04,
            37_500_000,
            24_200_000,
            [Portrait],
            [
                new AudioStream(
                    1,
                    "aac",
                    "LC",
                    48000,
                    6,
                    "5.1",
                    "eng",
                    "Director",
                    true,
                    true,
                    false,
                    false,
                    0,
                    12.5,
                    384_000
                ),
            ],
            [new SubtitleStream(2, "subrip", true, "deu", null, false, true, false)],
            [new OtherStream(3, "data", null)]
        );

        Assert.Equal(
            [
                "film.mp4: mov,mp4, 12.500 s, starts at 0.040 s, 37.5 MB, 24.2 Mbit/s",
                "  video #0: hevc Main 10, 3840x2160 (turned by 90°, shown as 2160x3840), 29.97 frames/s on average, interlaced (tt), yuv420p10le, hdr10 bt2020 smpte2084 bt2020nc tv, 24.0 Mbit/s, default",
                "  audio #1: aac LC, 48000 Hz, 5.1, 384 kbit/s, commentary, eng \"Director\" default",
                "  subtitles #2: subrip, text, forced, deu",
                "  data #3: unknown",
            ],
            MediaSummary.Lines("film.mp4", info)
        );
    }
}
