using Laddermill.Media;

namespace Laddermill.Tests.Media;

public sealed class RationalTests
{
    [Theory]
    [InlineData("30000/1001", "30000/1001")]
    [InlineData("50/2", "25")]
    [InlineData("16:9", "16/9")]
    [InlineData("25", "25")]
    public void Text_becomes_a_fraction_in_lowest_terms(string text, string expected) =>
        Assert.Equal(expected, Rational.Parse(text)?.ToString());

    [Theory]
    [InlineData("0/0")]
    [InlineData("N/A")]
    [InlineData("1/2/3")]
    [InlineData(null)]
    public void Anything_else_is_unknown(string? text) => Assert.Null(Rational.Parse(text));

    [Theory]
    [InlineData(2, 60)]
    [InlineData(-2, -60)]
    public void A_product_is_rounded_to_the_nearest_integer(long factor, long expected) =>
        Assert.Equal(expected, new Rational(30000, 1001).RoundTimes(factor));
}
