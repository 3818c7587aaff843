using Laddermill.Server.Telemetry;

namespace Laddermill.Server.Tests.Telemetry;

public sealed class WorkerFiguresTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_worker_that_is_done_tells_speed_length_bytes_and_phases()
    {
        var figures = WorkerFigures.Find(PlayedWords.Done(Noon));

        Assert.Equal((2.5, 10, 3500), (figures.Speed, figures.FilmSeconds, figures.Bytes));
        Assert.Equal(["probe", "encode", "publish"], figures.Phases.Select(phase => phase.Name));
        Assert.Equal(
            (Noon.AddSeconds(0.1), 4),
            (figures.Phases[1].Start, figures.Phases[1].Seconds)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("ffmpeg: cannot\n{\"progress\":{\"pha")]
    [InlineData("{\"result\":{\"state\":\"rejected\"}}")]
    [InlineData("{\"result\":{\"renditions\":3,\"phases\":\"none\"}}")]
    [InlineData("{\"result\":[1]}\n{\"progress\":7}")]
    [InlineData("{\"result\":{\"renditions\":[null,{\"bytes\":\"x\"}],\"phases\":[null,7,{}]}}")]
    public void Words_that_tell_nothing_are_no_figures(string words)
    {
        var figures = WorkerFigures.Find(words);

        Assert.Equal((null, 0.0, 0L), (figures.Speed, figures.FilmSeconds, figures.Bytes));
        Assert.Empty(figures.Phases);
    }

    /// <summary>A worker runs hostile files: what it says must not make labels or spans without end.</summary>
    [Fact]
    public void Phases_that_there_are_not_and_times_that_cannot_be_are_left_out()
    {
        const string start = "\"start\":\"2026-01-01T12:00:00Z\"";
        var many = string.Join(
            ',',
            Enumerable.Repeat($$"""{"name":"encode",{{start}},"seconds":1}""", 1000)
        );

        Assert.Empty(Phases($$"""{"name":"hack",{{start}},"seconds":1}"""));
        Assert.Empty(Phases($$"""{"name":"encode",{{start}},"seconds":-1}"""));
        Assert.Empty(Phases($$"""{"name":"encode",{{start}},"seconds":1e300}"""));
        Assert.Empty(Phases("""{"name":"encode","start":"soon","seconds":1}"""));
        Assert.InRange(Phases(many).Length, 1, 20);

        static System.Collections.Immutable.ImmutableArray<Jobs.JobPhase> Phases(string phases) =>
            WorkerFigures.Find($$$"""{"result":{"phases":[{{{phases}}}]}}""").Phases;
    }
}
