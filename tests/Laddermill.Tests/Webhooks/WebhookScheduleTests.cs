using Laddermill.Webhooks;

namespace Laddermill.Tests.Webhooks;

public sealed class WebhookScheduleTests
{
    [Fact]
    public void Pauses_are_those_of_the_standard_and_end_after_three_days()
    {
        var pauses = Enumerable
            .Range(1, WebhookSchedule.Attempts - 1)
            .Select(failures => WebhookSchedule.After(failures, null, 0)!.Value)
            .ToList();
        Assert.Equal(
            [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400],
            pauses.Select(pause => pause.TotalSeconds)
        );
        Assert.Equal(new TimeSpan(3, 3, 35, 5), pauses.Aggregate(TimeSpan.Zero, (a, b) => a + b));
        Assert.Null(WebhookSchedule.After(WebhookSchedule.Attempts, null, 0));
        Assert.Null(WebhookSchedule.After(1000, TimeSpan.FromSeconds(1), 0));
    }

    [Fact]
    public void Chance_makes_a_pause_longer_by_a_fifth_at_most()
    {
        Assert.Equal(330, WebhookSchedule.After(2, null, 0.5)!.Value.TotalSeconds);
        Assert.Equal(360, WebhookSchedule.After(2, null, 1)!.Value.TotalSeconds);
    }

    [Theory]
    [InlineData(1, 300)]
    [InlineData(600, 600)]
    [InlineData(8_000_000, 86400)]
    public void A_longer_pause_that_the_receiver_asks_for_is_kept_up_to_a_day(
        int asked,
        int seconds
    ) =>
        Assert.Equal(
            seconds,
            WebhookSchedule.After(2, TimeSpan.FromSeconds(asked), 0)!.Value.TotalSeconds
        );

    [Fact]
    public void There_is_no_pause_before_the_first_attempt() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WebhookSchedule.After(0, null, 0));
}
