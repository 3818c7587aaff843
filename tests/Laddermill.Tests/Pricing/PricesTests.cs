using Laddermill.Pricing;

namespace Laddermill.Tests.Pricing;

public sealed class PricesTests
{
    [Fact]
    public void A_machine_costs_its_processors_and_its_memory_by_the_hour()
    {
        var prices = Prices.Parse(
            """{ "currency": "EUR", "processorHour": 0.0125, "memoryHour": 0.0015, "processors": 4, "memory": 16 }""",
            "prices.json"
        );

        Assert.True(prices.AreKnown);
        Assert.Equal((4 * 0.0125 + 16 * 0.0015) / 2, prices.Cost(1800), 9);
    }

    [Fact]
    public void What_is_left_out_is_this_machine_at_no_price()
    {
        var prices = Prices.Parse("{}", "prices.json");

        Assert.Equal(new Prices(), prices);
        Assert.Equal(
            (Environment.ProcessorCount, 1, "USD"),
            (prices.Cores, prices.Speed, prices.Currency)
        );
        Assert.False(prices.AreKnown);
        Assert.Null(new JobCost(1, 1, 1).At(prices).Cost);
    }

    [Theory]
    [InlineData("""{ "speed": 0 }""", "speed is 0; it must be 0.01 to 100.")]
    [InlineData("""{ "currency": "euro" }""", "currency is \"euro\"; it must be three capitals")]
    [InlineData("""{ "processorHour": -1 }""", "processorHour is -1; it must be 0 to 1000.")]
    [InlineData("""{ "memoryHours": 1 }""", "my.json holds no prices")]
    [InlineData("null", "my.json holds no prices")]
    [InlineData("cheap", "my.json holds no prices")]
    public void Impossible_prices_are_refused_with_a_reason(string json, string reason)
    {
        var failure = Assert.Throws<FormatException>(() => Prices.Parse(json, "my.json"));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
