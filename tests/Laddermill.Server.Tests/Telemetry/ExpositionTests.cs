namespace Laddermill.Server.Tests.Telemetry;

/// <summary>The reader that judges the metrics is not to be fooled itself.</summary>
public sealed class ExpositionTests
{
    [Fact]
    public void What_is_right_is_read()
    {
        var read = Exposition.Parse(
            """
            # HELP a_total Things, "quoted" \\ too.
            # TYPE a_total counter
            # a comment
            a_total 1

            """
        );

        Assert.Equal(1, read.Sum("a_total"));
    }

    [Fact]
    public void A_histogram_that_adds_up_is_read()
    {
        var read = Exposition.Parse(
            """
            # TYPE h histogram
            h_bucket{p="x, \"y\"",le="1"} 2
            h_bucket{p="x, \"y\"",le="+Inf"} 3 1700000000000
            h_sum{p="x, \"y\""} 4.5e+1
            h_count{p="x, \"y\""} 3

            """
        );

        Assert.Equal((45, 3), (read.Sum("h_sum"), read.Sum("h_count")));
    }

    [Theory]
    [InlineData("# TYPE a_total counter\na_total 1")]
    [InlineData("# TYPE a_total counter\na_total -1\n")]
    [InlineData("# TYPE a counter\na 1\n")]
    [InlineData("# TYPE a gauges\na 1\n")]
    [InlineData("a 1\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\"} 1\na{b=\"c\"} 2\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\",b=\"d\"} 1\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\"d\"} 1\n")]
    [InlineData("# TYPE a gauge\na{b=c} 1\n")]
    [InlineData("# TYPE a gauge\na.b 1\n")]
    [InlineData("# TYPE a gauge\na one\n")]
    [InlineData("# TYPE a gauge\n# TYPE a gauge\na 1\n")]
    [InlineData("# TYPE a gauge\n# TYPE b gauge\nb 1\n# HELP a Late.\na 1\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\n")]
    [InlineData(
        "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"
    )]
    public void What_is_wrong_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Exposition.Parse(text));
}
