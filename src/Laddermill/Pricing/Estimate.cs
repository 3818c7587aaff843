using System.Text.Json.Serialization;

namespace Laddermill.Pricing;

/// <summary>What a job will take, or took.</summary>
/// <param name="CpuSeconds">Of one processor, of all tools together.</param>
/// <param name="WallSeconds">From start to end.</param>
/// <param name="Bytes">Of all that is published.</param>
public sealed record JobCost(double CpuSeconds, double WallSeconds, long Bytes)
{
    /// <summary>Of the machine for that long; null when no prices are known.</summary>
    public double? Cost { get; init; }

    /// <summary>Three letters by ISO 4217; null when no prices are known.</summary>
    public string? Currency { get; init; }

    /// <summary>Of an estimate: whether it was made of what films usually take, because no sample of this one could be tried.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsRough { get; init; }

    /// <summary>The same with what the machine costs for that long.</summary>
    public JobCost At(Prices? prices) =>
        prices is { AreKnown: true }
            ? this with
            {
                Cost = double.Round(prices.Cost(WallSeconds), 6),
                Currency = prices.Currency,
            }
            : this;
}
