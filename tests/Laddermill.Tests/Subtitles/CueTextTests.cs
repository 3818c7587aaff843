using Laddermill.Subtitles;

namespace Laddermill.Tests.Subtitles;

public sealed class CueTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("one\r\ntwo", "one\ntwo")]
    [InlineData("a blank line\n \n\nends a cue", "a blank line\nends a cue")]
    [InlineData("  spaces around  ", "spaces around")]
    [InlineData("<i>slanted</i> and not", "<i>slanted</i> and not")]
    [InlineData("<I>Loud</I> <B>old</B>", "<i>Loud</i> <b>old</b>")]
    [InlineData("<i>never closed", "<i>never closed</i>")]
    [InlineData("closed</i> and never open", "closed and never open")]
    [InlineData("<b><i>wrongly</b> nested</i>", "<b><i>wrongly</i></b> <i>nested</i>")]
    [InlineData("<font color=\"#ff0000\" face='x'>red</font>", "red")]
    [InlineData("<v Anna>Hello</v> <c.yellow>you</c>", "Hello you")]
    [InlineData("<00:01:02.500>sung <00:01:03.000>now", "sung now")]
    [InlineData("one<br/>two<BR>three", "one\ntwo\nthree")]
    [InlineData("5 < 6 > 4 & <3", "5 &lt; 6 &gt; 4 &amp; &lt;3")]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("<think> of AT&amp;T and Q&A", "&lt;think&gt; of AT&amp;T and Q&amp;A")]
    [InlineData("00:00:01.000 --> 00:00:02.000", "00:00:01.000 --&gt; 00:00:02.000")]
    [InlineData("{\\an8}{\\i1}up{\\i0} here", "<i>up</i> here")]
    [InlineData("{not a tag}", "{not a tag}")]
    [InlineData("nul\0 bell\u0007 \ufeffmark", "nul bell mark")]
    [InlineData("", "")]
    [InlineData("<i> </i>", "")]
    public void Html_keeps_emphasis_and_becomes_text(string raw, string expected) =>
        Assert.Equal(expected, CueText.Clean(raw, isAss: false).Text);

    [Theory]
    [InlineData("{\\i1}slanted{\\i0} and not", "<i>slanted</i> and not")]
    [InlineData("{\\b1\\u1}both{\\r}none", "<b><u>both</u></b>none")]
    [InlineData("{\\b700}bold{\\b400}not", "<b>bold</b>not")]
    [InlineData("{\\pos(10,20)\\fad(1,2)\\c&H00FF00&\\fs30}plain", "plain")]
    [InlineData("one\\Ntwo\\nthree\\hfour", "one\ntwo\nthree\u00a0four")]
    [InlineData("{\\p1}m 0 0 l 100 0 100 100{\\p0}", "")]
    [InlineData("{\\an7\\p1}m 0 0 b 1 2 3 4 5 6{\\p0} after", "after")]
    [InlineData("{\\p4}m 0 0 l 1 1", "")]
    [InlineData("{\\k20}ka{\\k30}ra{\\kf10}o", "karao")]
    [InlineData("{a note of the translator}seen", "seen")]
    [InlineData("a { that is never closed", "a { that is never closed")]
    [InlineData("<i>5 < 6</i> & so", "&lt;i&gt;5 &lt; 6&lt;/i&gt; &amp; so")]
    [InlineData("{\\pos(1,2)}C:\\temp", "C:\\temp")]
    public void SubStation_Alpha_keeps_emphasis_and_draws_nothing(string raw, string expected) =>
        Assert.Equal(expected, CueText.Clean(raw, isAss: true).Text);

    [Theory]
    [InlineData("{\\an8}above", "line:0")]
    [InlineData("{\\an2}below", "")]
    [InlineData("in the middle", "")]
    public void A_text_that_stands_at_the_top_still_does(string raw, string settings) =>
        Assert.Equal(settings, CueText.Clean(raw, isAss: false).Settings);

    [Fact]
    public void Half_a_character_is_none() =>
        Assert.Equal(
            "a b\U0001F600",
            CueText.Clean("a\ud83d b\ud83d\ude00\ude00", isAss: false).Text
        );

    [Fact]
    public void A_text_without_end_is_cut()
    {
        var (text, _) = CueText.Clean(new string('x', 1_000_000), isAss: false);

        Assert.Equal(CueText.MostLetters, text.Length);
        Assert.Equal("", CueText.Clean("{\\p1}" + new string('m', 9_000_000), isAss: true).Text);
    }
}
