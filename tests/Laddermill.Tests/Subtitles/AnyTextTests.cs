using System.Text;
using System.Text.RegularExpressions;
using Laddermill.Subtitles;

namespace Laddermill.Tests.Subtitles;

/// <summary>Whatever a file holds, what comes out is WebVTT that a strict reader takes, and nothing is thrown.</summary>
public sealed partial class AnyTextTests
{
    private static readonly string[] Pieces =
    [
        .. "<i> </i> <b> </u> <v x> <c.a> <br> <00:00:01.000> < > & &amp; &lt; --> {\\i1} {\\p1} {\\p0} {\\an8} { } \\N \\h \\".Split(
            ' '
        ),
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        " ",
        "\t",
        "\0",
        "\ufeff",
        "\u2028",
        "\ud83d",
        "\ude00",
        "WEBVTT",
        "NOTE",
        "[Events]\n",
        "Format: Start, End, Text\n",
        "Format: Text\n",
        "Dialogue: 0,0:00:01.00,0:00:02.00,,,,,,,",
        "Dialogue: ",
        "1\n00:00:01,000 --> 00:00:02,000\n",
        "00:01.000 --> 00:02.000 line:0 align:start\n",
        "99999:59:59,999 --> 99999:59:59,999\n",
        "-1:00 --> 5\n",
        "word",
        "ü",
        "\U0001F600",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_text_becomes_strict_WebVtt(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var text = string.Concat(random.GetItems(Pieces, random.Next(1, 40)));
            foreach (var format in Enum.GetValues<SubtitleFormat>())
            {
                AssertStrict(SubtitleReader.Read(text, format), text);
            }
            var bytes = Encoding.UTF8.GetBytes(text);
            for (var flips = random.Next(4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            AssertStrict(SubtitleReader.Read(bytes, SubtitleFormat.Srt, "ru"), text);
        }
    }

    private static void AssertStrict(SubtitleText read, string origin)
    {
        foreach (var cue in read.Cues)
        {
            Assert.True(0 <= cue.Start && cue.Start < cue.End, origin);
            Assert.Matches(CueSettings(), cue.Settings);
            Assert.True(IsBalanced(cue.Text), $"{cue.Text}\n--- from\n{origin}");
        }
        var written = new VttWriter(read.Cues, [0, 6, 12, 18], 1);
        var again = SubtitleReader.Read(written.Whole(), SubtitleFormat.Vtt);
        Assert.Empty(again.Warnings);
        Assert.Equal(written.Cues.Distinct(), again.Cues);
    }

    /// <summary>Text without bare signs, no blank line, tags opened and closed in order.</summary>
    private static bool IsBalanced(string text)
    {
        var open = new Stack<string>();
        var rest = CueTag()
            .Replace(
                text,
                tag =>
                {
                    var name = tag.Groups["name"].Value;
                    if (tag.Value[1] != '/')
                    {
                        open.Push(name);
                        return "";
                    }
                    return open.TryPop(out var last) && last == name ? "" : "<";
                }
            );
        rest = rest.Replace("&amp;", "").Replace("&lt;", "").Replace("&gt;", "");
        return open.Count == 0
            && text.Length > 0
            && rest.IndexOfAny(['<', '>', '&', '\0', '\r']) < 0
            && text.Split('\n').All(line => line.Trim().Length > 0);
    }

    [GeneratedRegex("^(line:[0-9.,%-]+)?( ?align:[a-z]+)?$")]
    private static partial Regex CueSettings();

    [GeneratedRegex("</?(?<name>[biu])>")]
    private static partial Regex CueTag();
}
