using System.Text;
using Laddermill.Subtitles;

namespace Laddermill.Tests.Transcoding;

/// <summary>Whole jobs on clips with subtitles, read back from what was published.</summary>
public sealed class SubtitleTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private static readonly string Srt = """
        1
        00:00:01,000 --> 00:00:02,500
        <i>Hello</i> & welcome

        2
        00:00:05,500 --> 00:00:06,500
        across a boundary
        """;

    private static readonly string Ass = """
        [Script Info]
        ScriptType: v4.00+

        [V4+ Styles]
        Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
        Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0

        [Events]
        Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
        Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\an8}Above{\i1} all\Nelse
        Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\p1}m 0 0 l 100 0 100 100{\p0}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 5 * Minutes)]
    public async Task Tracks_of_every_kind_and_a_file_beside_become_text_in_both_protocols()
    {
        var source = await MakeAsync("film.mkv", "subrip", "ass", "webvtt");
        var sidecar = Path.ChangeExtension(source, "cs.forced.srt");
        var czech = CodePagesEncodingProvider.Instance.GetEncoding(1250)!;
        await File.WriteAllBytesAsync(
            sidecar,
            czech.GetBytes("00:00:03,000 --> 00:00:04,000\nPříliš žluťoučký kůň\n\n1 --> 2\nlost"),
            Cancellation
        );

        var output = await Published.MakeAsync(media, source);

        const string Spoken = "1000-2500 <i>Hello</i> &amp; welcome|5500-6500 across a boundary";
        Assert.Equal(Spoken, Read(output, "subtitles-eng"));
        Assert.Equal(
            "1000-2000 Above<i> all\nelse</i>".Replace(
                "<i> all",
                " <i>all",
                StringComparison.Ordinal
            ),
            Read(output, "subtitles-ger")
        );
        Assert.Equal(Spoken, Read(output, "subtitles-fre"));
        Assert.Equal("3000-4000 Příliš žluťoučký kůň", Read(output, "subtitles-cze-forced"));

        var first = await File.ReadAllTextAsync(
            Path.Join(output.Rendition("subtitles-eng"), "00000.vtt"),
            Cancellation
        );
        var second = await File.ReadAllTextAsync(
            Path.Join(output.Rendition("subtitles-eng"), "00001.vtt"),
            Cancellation
        );
        const string Crossing = "\n2\n00:00:05.500 --> 00:00:06.500\nacross a boundary\n";
        Assert.EndsWith(Crossing, first, StringComparison.Ordinal);
        Assert.Equal($"WEBVTT\n{VttWriter.TimestampMap}\n{Crossing}", second);

        var master = await File.ReadAllTextAsync(output.Master, Cancellation);
        Assert.Contains(
            "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subs\",LANGUAGE=\"cs\",NAME=\"Czech (forced)\",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,URI=",
            master,
            StringComparison.Ordinal
        );
        Assert.Contains("SUBTITLES=\"subs\"", master, StringComparison.Ordinal);
        var warnings = output.Report["warnings"]!
            .AsArray()
            .Select(warning => (string)warning!)
            .ToList();
        Assert.Contains(warnings, text => text.Contains("windows-1250", StringComparison.Ordinal));
        Assert.Contains(
            warnings,
            text => text.Contains("1 without a readable time", StringComparison.Ordinal)
        );
        Assert.Equal(
            ["cs", "de", "en", "fr"],
            output.Report["plan"]!["subtitles"]!
                .AsArray()
                .Select(each => (string)each!["language"]!)
                .Order()
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Another_reader_finds_the_text_in_every_file()
    {
        var source = await MakeAsync("film.mp4", "mov_text");

        var output = await Published.MakeAsync(media, source);

        var folder = output.Rendition("subtitles-eng");
        Assert.Equal(
            "1000-2500 <i>Hello</i> &amp; welcome|5500-6500 across a boundary",
            await ShownAsync(Path.Join(folder, "subtitles.vtt"))
        );
        Assert.Equal(
            "1000-2500 <i>Hello</i> &amp; welcome|5500-6500 across a boundary",
            await ShownAsync(Path.Join(folder, "00000.vtt"))
        );
        Assert.Equal(
            "5500-6500 across a boundary",
            await ShownAsync(Path.Join(folder, "00001.vtt"))
        );
        // ffmpeg passes over text in HLS, and must not stumble over it.
        Assert.Equal([200, 200], await Published.CountFramesAsync(output.Master, 2));
    }

    /// <summary>What ffmpeg reads in a WebVTT file.</summary>
    private static async Task<string> ShownAsync(string file)
    {
        var srt = await Published.FfmpegAsync(["-i", file, "-f", "srt", "pipe:1"]);
        return Show(SubtitleReader.Read(Encoding.UTF8.GetString(srt), SubtitleFormat.Srt));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Text_stays_in_step_with_a_picture_that_does_not_start_at_zero()
    {
        var plain = await MakeAsync("film.mkv", "subrip");
        var late = await media.ClipAsync(
            "late.mkv",
            [
                .. "-copyts -i".Split(' '),
                plain,
                .. "-map 0 -c copy -output_ts_offset 7.25".Split(' '),
            ]
        );

        var output = await Published.MakeAsync(media, late);

        Assert.Equal(
            "1000-2500 <i>Hello</i> &amp; welcome|5500-6500 across a boundary",
            Read(output, "subtitles-eng")
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task New_subtitles_beside_a_film_are_a_new_job()
    {
        var source = await MakeAsync("film.mp4");
        var first = await Published.MakeAsync(media, source);
        var destination = Path.GetDirectoryName(first.Folder);
        await File.WriteAllTextAsync(Path.ChangeExtension(source, "en.srt"), Srt, Cancellation);

        var second = await Published.MakeAsync(media, source, destination: destination);

        Assert.False(second.Result.WasDone);
        Assert.NotEqual(first.Result.Job, second.Result.Job);
        Assert.Contains(
            "across a boundary",
            Read(second, "subtitles-eng"),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Files_without_text_are_left_out_and_told()
    {
        var source = await MakeAsync("film.mp4");
        await File.WriteAllTextAsync(
            Path.ChangeExtension(source, "en.srt"),
            "#EXTM3U\nfile:///etc/passwd",
            Cancellation
        );
        await File.WriteAllBytesAsync(
            Path.ChangeExtension(source, "de.vtt"),
            new byte[9 << 20],
            Cancellation
        );

        var output = await Published.MakeAsync(media, source);

        Assert.Equal(
            [
                "subtitles-ger was left out: it has more than 8 MiB of text.",
                "subtitles-eng was left out: there is no text in it.",
            ],
            output.Report["warnings"]!.AsArray().Select(warning => (string)warning!)
        );
        Assert.DoesNotContain(
            "SUBTITLES",
            await File.ReadAllTextAsync(output.Master, Cancellation),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            output.Files,
            file => file.EndsWith(".vtt", StringComparison.Ordinal)
        );
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("ax_subs_ass.mkv", 1)]
    [InlineData("ax_subs_srt.mkv", 1)]
    [InlineData("ax_subs_vtt.mkv", 0)]
    public async Task Real_files_with_subtitles_are_published(string name, int cues)
    {
        var output = await Published.MakeAsync(media, TestMedia.CorpusFile(name));

        var folders = Directory.GetDirectories(
            Path.Join(output.Folder, output.Result.Revision),
            "subtitles-*"
        );
        Assert.Equal(cues > 0 ? 1 : 0, folders.Length);
        Assert.All(
            folders,
            folder => Assert.Equal(cues, Read(output, Path.GetFileName(folder)).Split('|').Length)
        );
        Assert.Equal(
            cues == 0,
            output.Report["plan"]!["decisions"]!
                .AsArray()
                .Any(each => (string)each!["subject"]! == "subtitles")
        );
    }

    /// <summary>What DASH reads: milliseconds and text of each cue. The gate has seen that HLS has the same.</summary>
    private static string Read(Published output, string rendition)
    {
        var file = Path.Join(output.Rendition(rendition), "subtitles.vtt");
        var read = SubtitleReader.Read(File.ReadAllText(file), SubtitleFormat.Vtt);
        Assert.Empty(read.Warnings);
        return Show(read);
    }

    private static string Show(SubtitleText text) =>
        string.Join('|', text.Cues.Select(cue => $"{cue.Start}-{cue.End} {cue.Text}"));

    /// <summary>Eight seconds of film with these tracks, in a folder of its own.</summary>
    private async Task<string> MakeAsync(string name, params string[] codecs)
    {
        string[] languages = ["eng", "ger", "fre"];
        var folder = media.NewFolder();
        var (srt, ass) = (Path.Join(folder, "texts.srt.txt"), Path.Join(folder, "texts.ass.txt"));
        await File.WriteAllTextAsync(srt, Srt, Cancellation);
        await File.WriteAllTextAsync(ass, Ass, Cancellation);
        var clip = await media.ClipAsync(
            name,
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=25:duration=8 -f srt -i".Split(' '),
                srt,
                "-f",
                "ass",
                "-i",
                ass,
                .. "-map 0:v -c:v libx264 -preset ultrafast -pix_fmt yuv420p".Split(' '),
                .. codecs.SelectMany(
                    (codec, index) =>
                        (string[])
                            [
                                "-map",
                                codec == "ass" ? "2:s" : "1:s",
                                $"-c:s:{index}",
                                codec,
                                $"-metadata:s:s:{index}",
                                $"language={languages[index]}",
                            ]
                ),
            ]
        );
        var path = Path.Join(folder, name);
        File.Copy(clip, path);
        return path;
    }
}
