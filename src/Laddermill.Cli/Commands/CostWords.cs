using System.Globalization;
using Laddermill.Pricing;

namespace Laddermill.Cli.Commands;

/// <summary>What a job takes, for people.</summary>
internal static class CostWords
{
    public static string Foretold(JobCost cost) =>
        Words.Invariant(
            $"It takes about {Work(cost)}, and makes {Words.Size(cost.Bytes)}{For(cost)}{(cost.IsRough ? " (roughly: no sample of it could be tried)" : "")}."
        );

    public static string Took(JobCost cost) => $"It took {Work(cost)}{For(cost)}.";

    private static string Work(JobCost cost) =>
        Words.Invariant(
            $"{Words.Clock(cost.WallSeconds)}, with {cost.CpuSeconds:0} s of processors"
        );

    private static string For(JobCost cost) =>
        cost.Cost is { } amount ? $", for {Money(amount)} {cost.Currency}" : "";

    /// <summary>A film may cost less than a cent.</summary>
    private static string Money(double amount) =>
        amount.ToString(amount >= 1 ? "0.00" : "0.00####", CultureInfo.InvariantCulture);
}
