using System.Text;
using Laddermill.Subtitles;

namespace Laddermill.Tests.Subtitles;

public sealed class SubtitleReaderTests
{
    [Fact]
    public void SubRip_is_read_as_people_write_it()
    {
        const string Text = """
            ﻿1
            00:00:01,000 --> 00:00:02,500 X1:10 X2:20
            The first,
            in two lines

            2
            0:0:3,5 --> 00:00:04.000
            42

            inside a blank line
            3
            00:00:05,000 --> 00:00:06,000
            4

            00:00:07,000 --> 00:00:08,000
            without a number
            """;

        Assert.Equal(
            [
                new(1000, 2500, "The first,\nin two lines"),
                new(3500, 4000, "42\ninside a blank line"),
                new(5000, 6000, "4"),
                new(7000, 8000, "without a number"),
            ],
            Read(Text, SubtitleFormat.Srt).Cues
        );
    }

    [Fact]
    public void WebVtt_is_read_without_its_styles_and_notes()
    {
        const string Text = """
            WEBVTT - a title
            X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000

            STYLE
            ::cue { color: red }

            NOTE 00:00 --> 00:01 is no cue
            and neither is
            00:09.000 --> 00:10.000

            intro
            00:01.000 --> 00:02.000 line:10% align:start bad:1 position:<b>
            <v Anna>Hello &amp; welcome

            01:00:00.000 --> 01:00:01.000
            later
            """;

        Assert.Equal(
            [
                new(1000, 2000, "Hello &amp; welcome", "line:10% align:start"),
                new(3_600_000, 3_601_000, "later"),
            ],
            Read(Text, SubtitleFormat.Vtt).Cues
        );
    }

    [Fact]
    public void SubStation_Alpha_is_read_by_its_own_columns()
    {
        const string Text = """
            [Script Info]
            Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,seen by all
            [Events]
            Format: Start, End, Style, Text
            Comment: 0:00:01.00,0:00:02.00,Default,unseen
            Dialogue: 0:00:01.00,0:00:02.00,Default,one, two
            Dialogue: 0:00:01.00,0:00:02.00,Border,one, two
            Dialogue: 0:00:03.00,0:00:04.00,Sign,{\p1}m 0 0 l 1 1{\p0}
            """;

        Assert.Equal(
            [new(0, 1000, "seen by all"), new(1000, 2000, "one, two")],
            Read(Text, SubtitleFormat.Ass).Cues
        );
    }

    [Fact]
    public void What_cannot_be_read_is_told_and_the_rest_is_kept()
    {
        const string Text = """
            1
            00:00:01,000 --> soon
            lost

            2
            00:00:09,000 --> 00:00:08,000
            backwards

            3
            00:00:02,000 --> 00:00:03,000
            kept
            """;

        var read = Read(Text, SubtitleFormat.Srt);

        Assert.Equal([new(2000, 3000, "kept")], read.Cues);
        Assert.Equal(
            [
                "texts left out: 1 without a readable time, the first in line 2",
                "texts left out: 1 that end before they begin",
            ],
            read.Warnings
        );
    }

    [Fact]
    public void Times_are_counted_from_the_start_of_the_film()
    {
        const string Text =
            "00:00:10,000 --> 00:00:12,000\nearly\n\n00:00:20,000 --> 00:00:21,000\nlate";

        Assert.Equal(
            [new(0, 1000, "early"), new(9000, 10_000, "late")],
            SubtitleReader.Read(Text, SubtitleFormat.Srt, offset: 11_000).Cues
        );
    }

    [Fact]
    public void More_cues_than_any_film_has_are_left_out()
    {
        var text = new StringBuilder();
        for (var index = 0; index < CueCollector.MostCues + 5; index++)
        {
            text.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"0:{index / 60 % 60}:{index % 60},{index / 3600:000} --> 9:00:00\n{index}\n\n"
            );
        }

        var read = Read(text.ToString(), SubtitleFormat.Srt);

        Assert.Equal(CueCollector.MostCues, read.Cues.Length);
        Assert.Equal("texts left out: 5 beyond the first 20000", Assert.Single(read.Warnings));
    }

    [Theory]
    [InlineData("utf-8", null, "Größe")]
    [InlineData("utf-16", null, "Größe")]
    [InlineData("utf-16BE", null, "Größe")]
    [InlineData("windows-1252", null, "Größe")]
    [InlineData("windows-1252", "de", "Größe")]
    [InlineData("windows-1250", "cs", "Příliš žluťoučký")]
    [InlineData("windows-1251", "ru", "Привет")]
    [InlineData("windows-1253", "el", "Γειά")]
    [InlineData("shift_jis", "ja", "こんにちは")]
    [InlineData("big5", "zh-Hant-TW", "你好")]
    [InlineData("gb2312", "zh", "你好")]
    public void The_character_set_is_found(string charset, string? language, string word)
    {
        var encoding =
            CodePagesEncodingProvider.Instance.GetEncoding(charset)
            ?? Encoding.GetEncoding(charset);
        var bytes = encoding.GetBytes($"00:00:01,000 --> 00:00:02,000\n{word} {word}");
        foreach (var mark in new[] { [], encoding.GetPreamble() })
        {
            var read = SubtitleReader.Read([.. mark, .. bytes], SubtitleFormat.Srt, language);

            Assert.Equal($"{word} {word}", Assert.Single(read.Cues).Text);
            Assert.Equal(
                charset.StartsWith("utf", StringComparison.Ordinal) ? 0 : 1,
                read.Warnings.Length
            );
        }
    }

    private static SubtitleText Read(string text, SubtitleFormat format) =>
        SubtitleReader.Read(text, format);
}
