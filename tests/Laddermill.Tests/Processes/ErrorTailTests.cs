using System.Collections.Immutable;
using System.Text;
using Laddermill.Processes;

namespace Laddermill.Tests.Processes;

public sealed class ErrorTailTests
{
    [Fact]
    public void A_progress_line_is_overwritten_as_on_a_terminal() =>
        Assert.Equal(["frame=3", "done"], Lines("frame=1\rframe=2\rframe=3\ndone"));

    [Fact]
    public void Windows_line_ends_are_line_ends() =>
        Assert.Equal(["one", "two"], Lines("one\r\ntwo\r\n"));

    [Fact]
    public void A_line_that_arrives_in_pieces_is_one_line()
    {
        var tail = new ErrorTail();
        tail.Append("h\u00e9"u8[..2]);
        tail.Append("h\u00e9"u8[2..]);
        tail.Append("llo\n"u8);
        Assert.Equal(["h\u00e9llo"], tail.Lines);
    }

    [Fact]
    public void The_oldest_lines_are_dropped_first()
    {
        var tail = new ErrorTail(capacity: 10);
        tail.Append("12345\n67890\nabcde\n"u8);
        Assert.Equal(["67890", "abcde"], tail.Lines);
    }

    [Fact]
    public void A_line_without_end_is_cut() =>
        Assert.Equal(2048, Assert.Single(Lines(new string('x', 100_000))).Length);

    [Fact]
    public void What_would_steer_a_terminal_is_made_harmless() =>
        Assert.Equal(["?[2Jgone\there"], Lines("\u001b[2Jgone\there\n"));

    private static ImmutableArray<string> Lines(string text)
    {
        var tail = new ErrorTail();
        tail.Append(Encoding.UTF8.GetBytes(text));
        return tail.Lines;
    }
}
