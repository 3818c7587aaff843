using Laddermill.Dispatching;
using Laddermill.Engines;
using Laddermill.Jobs;

namespace Laddermill.Tests.Dispatching;

/// <summary>The decision by itself, case by case.</summary>
public sealed class NextStepTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Claim Made = new("job", 2, 0, "b", "k", "e", Now.AddMinutes(-3), "run");
    private static readonly Claim Unstarted = Made with { Run = null };

    [Fact]
    public void A_job_that_nobody_knows_is_started() =>
        Assert.Equal(new NextStep.Start(1, 0, false), Decide(null, null, null));

    [Theory]
    [InlineData(JobEnd.Done, 1, "done")]
    [InlineData(JobEnd.Rejected, 1, "rejected")]
    [InlineData(JobEnd.Failed, 3, "failed")]
    public void An_outcome_that_stands_is_left(JobEnd end, int attempts, string state) =>
        Assert.Equal(state, Left(Decide(Outcome(end, attempts, Now), Made, null)));

    [Fact]
    public void An_event_retries_nothing()
    {
        Assert.Equal("claimed", Left(Decide(null, Unstarted, null, mayRetry: false)));
        Assert.Equal(
            "claimed",
            Left(Decide(Outcome(JobEnd.Failed, 1, Now), Made, null, mayRetry: false))
        );
        Assert.Equal(
            "pending",
            Left(Decide(null, Unstarted, null, isPending: true, mayRetry: false))
        );
    }

    [Fact]
    public void A_run_that_lives_is_left() =>
        Assert.Equal("running", Left(Decide(null, Made, Run(EngineState.Starting))));

    [Fact]
    public void A_failure_since_the_claim_is_tried_again() =>
        Assert.Equal(
            new NextStep.Start(3, 0, false),
            Decide(Outcome(JobEnd.Failed, 2, Now), Made, Run(EngineState.Ended, 1))
        );

    [Fact]
    public void A_failure_before_the_claim_says_nothing_of_it() =>
        Assert.Equal(
            "running",
            Left(
                Decide(Outcome(JobEnd.Failed, 1, Now.AddHours(-1)), Made, Run(EngineState.Running))
            )
        );

    [Fact]
    public void A_claim_without_a_run_is_given_time_and_then_taken_up()
    {
        Assert.Equal("claimed", Left(Decide(null, Unstarted, null)));
        Assert.Equal(
            new NextStep.Start(2, 0, true),
            Decide(null, Unstarted with { Made = Now.AddMinutes(-7) }, null)
        );
        Assert.Equal(
            new NextStep.Start(2, 0, true),
            Decide(null, Unstarted, null, isPending: true)
        );
    }

    [Fact]
    public void A_run_that_never_began_does_not_count()
    {
        Assert.Equal(new NextStep.Start(3, 1, false), Decide(null, Made, Run(EngineState.Ended)));
        Assert.Equal(
            new NextStep.Start(10, 7, false),
            Decide(null, Made with { Attempt = 9, Unbegun = 7 }, Run(EngineState.Ended, 137))
        );
    }

    [Fact]
    public void A_worker_that_vanishes_too_often_is_given_up()
    {
        Assert.Equal(
            new NextStep.Start(3, 0, false),
            Decide(null, Made, Run(EngineState.Ended, 137))
        );
        Assert.Equal(new NextStep.Start(3, 0, false), Decide(null, Made, null));
        var given = Assert.IsType<NextStep.GiveUp>(
            Decide(null, Made with { Attempt = 3 }, Run(EngineState.Ended, 137))
        );
        Assert.Contains("137", given.Reason, StringComparison.Ordinal);
    }

    private static NextStep Decide(
        JobOutcome? outcome,
        Claim? claim,
        EngineRun? run,
        bool isPending = false,
        bool mayRetry = true
    ) =>
        NextStep.Decide(
            new JobStanding(outcome, claim, run, isPending),
            Now,
            maxAttempts: 3,
            mayRetry
        );

    private static string Left(NextStep step) => Assert.IsType<NextStep.Leave>(step).State;

    private static EngineRun Run(EngineState state, int? exit = null) =>
        new("run", "job", 2, state, exit);

    private static JobOutcome Outcome(JobEnd end, int attempts, DateTimeOffset ended) =>
        new("job", end, null, "why", "oci://b/k", "k", null, attempts, ended);
}
