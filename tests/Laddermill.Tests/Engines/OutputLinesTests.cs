using System.IO.Pipelines;
using System.Text;
using Laddermill.Engines;

namespace Laddermill.Tests.Engines;

public sealed class OutputLinesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task Lines_are_told_when_they_are_whole_and_the_last_one_at_the_end()
    {
        var pipe = new Pipe();
        var lines = new OutputLines();
        var reading = lines.ReadAsync(pipe.Reader.AsStream());
        await using var told = lines.FollowAsync(Cancellation).GetAsyncEnumerator(Cancellation);

        await pipe.Writer.WriteAsync("on"u8.ToArray(), Cancellation);
        var first = told.MoveNextAsync().AsTask();
        Assert.False(first.IsCompleted);
        await pipe.Writer.WriteAsync("e\n\ntw"u8.ToArray(), Cancellation);
        Assert.True(await first);
        Assert.Equal("one", told.Current);
        Assert.True(await told.MoveNextAsync());
        Assert.Equal("", told.Current);
        Assert.Equal(["one", "", "tw"], lines.Last);
        await pipe.Writer.CompleteAsync();
        await reading;

        Assert.True(await told.MoveNextAsync());
        Assert.Equal("tw", told.Current);
        Assert.False(await told.MoveNextAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task Memory_is_bounded_and_the_last_lines_are_kept()
    {
        var lines = new OutputLines();
        var text = string.Concat(
            Enumerable.Range(0, 100).Select(i => $"{i} {new string('x', 100_000)}\n")
        );

        await lines.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text + "end\n")));

        var kept = await lines.FollowAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(kept, lines.Last);
        Assert.InRange(kept.Sum(line => line.Length), 90_000, 130_000);
        Assert.StartsWith("99 ", kept[^2], StringComparison.Ordinal);
        Assert.Equal("end", kept[^1]);
    }
}
