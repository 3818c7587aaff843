using Laddermill.Cli;

namespace Laddermill.Tests.Cli;

public sealed class WordsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.00 kB")]
    [InlineData(23_378, "23.4 kB")]
    [InlineData(999_600, "1.00 MB")]
    [InlineData(132_100_000, "132 MB")]
    [InlineData(5_000_000_000_000_000, "5000 TB")]
    public void Sizes_have_three_digits(long bytes, string expected) =>
        Assert.Equal(expected, Words.Size(bytes));

    [Theory]
    [InlineData(0.4, "0:00")]
    [InlineData(59.6, "1:00")]
    [InlineData(754, "12:34")]
    [InlineData(3_723, "1:02:03")]
    [InlineData(360_000, "100:00:00")]
    public void Times_read_as_on_a_clock(double seconds, string expected) =>
        Assert.Equal(expected, Words.Clock(seconds));

    [Theory]
    [InlineData("Café – 映画 🎬.mp4", "Café – 映画 🎬.mp4")]
    [InlineData("two\nlines\tand a tab", "two\nlines\tand a tab")]
    [InlineData("\u001b]0;owned\u0007", "?]0;owned?")]
    [InlineData("gpj.\u202emp4", "gpj.?mp4")]
    [InlineData("a\rb\u009bc", "a?b?c")]
    public void Names_keep_their_letters_and_lose_what_steers_a_terminal(
        string name,
        string expected
    ) => Assert.Equal(expected, Words.Harmless(name));
}
