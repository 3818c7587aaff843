using Laddermill.Verification.Model;

namespace Laddermill.Tests.Verification;

public sealed class RatesTests
{
    [Fact]
    public void The_peak_is_that_of_any_run_of_half_to_one_and_a_half_targets() =>
        // 6 s: 100 kB is 133,333 bit/s; 2 s is too short to count alone; 6 + 2 s: 150 kB in 8 s are 150,000 bit/s.
        Assert.Equal(
            150_000,
            Rates.Peak([(90_000, 6), (100_000, 6), (50_000, 2)], 6),
            precision: 0
        );

    [Fact]
    public void What_is_shorter_than_any_run_is_measured_whole() =>
        Assert.Equal(80_000, Rates.Peak([(10_000, 1)], 6), precision: 0);

    [Theory]
    [InlineData(110, 100, true)]
    [InlineData(90, 100, true)]
    [InlineData(111, 100, false)]
    [InlineData(89, 100, false)]
    public void Near_is_ten_percent(double declared, double measured, bool isNear) =>
        Assert.Equal(isNear, Rates.IsNear(declared, measured));
}
