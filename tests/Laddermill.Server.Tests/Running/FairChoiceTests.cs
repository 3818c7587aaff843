using Laddermill.Server.Running;

namespace Laddermill.Server.Tests.Running;

public sealed class FairChoiceTests
{
    [Fact]
    public void The_highest_priority_comes_first_however_many_of_it_run() =>
        Assert.Equal("urgent", Next([("many", 0), ("urgent", 5)], ("urgent", 9, 9)));

    [Fact]
    public void Among_equals_the_pipeline_comes_first_of_which_fewest_run() =>
        Assert.Equal("idle", Next([("busy", 0), ("idle", 0)], ("busy", 2, 1), ("idle", 1, 9)));

    [Fact]
    public void Among_those_the_one_that_waited_longest() =>
        Assert.Equal(
            "waited",
            Next([("served", 0), ("waited", 0)], ("served", 1, 7), ("waited", 1, 3))
        );

    [Fact]
    public void Without_jobs_there_is_none() => Assert.Null(Next([]));

    private static string? Next(
        (string, int)[] heads,
        params (string Pipeline, int Running, long Served)[] known
    ) =>
        FairChoice.Next(
            heads,
            name => known.FirstOrDefault(each => each.Pipeline == name).Running,
            name => known.FirstOrDefault(each => each.Pipeline == name).Served
        );
}
