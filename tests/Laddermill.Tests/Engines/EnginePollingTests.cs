using Laddermill.Engines;

namespace Laddermill.Tests.Engines;

public sealed class EnginePollingTests
{
    [Theory]
    [InlineData("", "a b", "a b")]
    [InlineData("a b", "a b", "")]
    [InlineData("a b", "a b c d", "c d")]
    [InlineData("a b c", "b c d", "d")]
    [InlineData("a b c", "c", "")]
    [InlineData("a b", "c d", "c d")]
    [InlineData("a a", "a a a", "a")]
    [InlineData("a b", "", "")]
    public void What_came_to_a_log_that_forgets_its_beginning_is_told(
        string before,
        string now,
        string added
    ) => Assert.Equal(Words(added), EnginePolling.Added(Words(before), Words(now)).ToArray());

    [Theory]
    [InlineData("", false, "")]
    [InlineData("", true, "")]
    [InlineData("a\nb\n", false, "a b")]
    [InlineData("a\nb\n", true, "a b")]
    [InlineData("a\nb", false, "a")]
    [InlineData("a\nb", true, "a b")]
    public void A_line_that_is_being_written_is_told_when_it_is_whole(
        string log,
        bool isWhole,
        string lines
    ) => Assert.Equal(Words(lines), EnginePolling.Lines(log, isWhole));

    private static string[] Words(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
