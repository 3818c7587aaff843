using Laddermill.Engines;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Tests.Running;

public sealed class AttemptEndTests
{
    [Theory]
    [InlineData(0, "succeeded", JobState.Succeeded)]
    [InlineData(3, "rejected", JobState.Rejected)]
    [InlineData(2, "failed", JobState.Failed)]
    [InlineData(1, "failed", JobState.Queued)]
    [InlineData(137, "lost", JobState.Queued)]
    [InlineData(null, "lost", JobState.Queued)]
    public void What_a_worker_says_by_its_exit_code_decides(
        int? code,
        string outcome,
        JobState state
    )
    {
        var end = Decide(code);

        Assert.Equal((outcome, state), (end.Outcome, end.State));
    }

    [Fact]
    public void A_failure_is_tried_again_after_a_pause_that_grows_and_at_most_so_often()
    {
        var first = Decide(1, failures: 0, max: 3);
        var second = Decide(1, failures: 1, max: 3);
        var third = Decide(1, failures: 2, max: 3);

        Assert.Equal(TimeSpan.FromSeconds(5), first.Pause);
        Assert.Equal(TimeSpan.FromSeconds(20), second.Pause);
        Assert.Equal((JobState.Failed, null), (third.State, third.Pause));
    }

    [Fact]
    public void A_worker_that_vanishes_does_not_count_as_a_failure_until_it_happens_again_and_again()
    {
        Assert.Null(Decide(null, losses: 0, max: 1).Pause);
        Assert.Equal(JobState.Queued, Decide(null, losses: 1, max: 1).State);
        Assert.Equal(
            JobState.Failed,
            Decide(null, losses: AttemptEnd.MostLosses - 1, max: 1).State
        );
    }

    [Fact]
    public void Who_cancels_wins_over_a_failure_and_not_over_an_end()
    {
        Assert.Equal(JobState.Cancelled, Decide(130, isCancelled: true).State);
        Assert.Equal(JobState.Cancelled, Decide(1, isCancelled: true).State);
        Assert.Equal(JobState.Succeeded, Decide(0, isCancelled: true).State);
        Assert.Equal(JobState.Rejected, Decide(3, isCancelled: true).State);
    }

    [Fact]
    public void A_job_that_is_let_go_of_is_queued_at_once()
    {
        var end = Decide(130, isReleased: true);

        Assert.Equal(("released", JobState.Queued, null), (end.Outcome, end.State, end.Pause));
    }

    private static AttemptEnd Decide(
        int? code,
        int failures = 0,
        int losses = 0,
        int max = 3,
        bool isCancelled = false,
        bool isReleased = false
    ) =>
        AttemptEnd.Decide(
            new EngineRun("run", "job", 1, EngineState.Ended, code),
            null,
            failures,
            losses,
            max,
            isCancelled,
            isReleased,
            chance: 0
        );
}
