using System.Text.Json;
using System.Text.Json.Serialization;

namespace Laddermill.Pricing;

/// <summary>What the machine costs that does a job, and how large it is.</summary>
/// <param name="Currency">Three letters by ISO 4217, such as <c>EUR</c>.</param>
/// <param name="ProcessorHour">Of a virtual processor for an hour.</param>
/// <param name="MemoryHour">Of a gigabyte of memory for an hour.</param>
/// <param name="Processors">Virtual processors of the machine, or of what a worker gets of it; 0: as many as this machine has.</param>
/// <param name="Memory">Gigabytes that are paid for.</param>
/// <param name="Speed">How many times as fast one of its processors is as one of the machine that makes the estimate.</param>
public sealed record Prices(
    string Currency = "USD",
    double ProcessorHour = 0,
    double MemoryHour = 0,
    double Processors = 0,
    double Memory = 0,
    double Speed = 1
)
{
    /// <summary>Virtual processors at work.</summary>
    [JsonIgnore]
    public double Cores => Processors > 0 ? Processors : Environment.ProcessorCount;

    /// <summary>Whether costs can be told.</summary>
    [JsonIgnore]
    public bool AreKnown => ProcessorHour > 0 || MemoryHour > 0;

    /// <summary>Of the machine for so long.</summary>
    /// <param name="seconds">Wall time.</param>
    public double Cost(double seconds) =>
        seconds / 3600 * (Cores * ProcessorHour + Memory * MemoryHour);

    /// <summary>What is wrong, each in one sentence.</summary>
    /// <param name="path">How the fields are called where they stand.</param>
    public IEnumerable<string> Problems(string path = "")
    {
        if (Currency.Length != 3 || !Currency.All(char.IsAsciiLetterUpper))
        {
            yield return $"{path}currency is \"{Currency}\"; it must be three capitals such as EUR.";
        }
        foreach (
            var (name, value, least, most) in new[]
            {
                ("processorHour", ProcessorHour, 0, 1000),
                ("memoryHour", MemoryHour, 0, 1000),
                ("processors", Processors, 0, 1024),
                ("memory", Memory, 0, 65536),
                ("speed", Speed, 0.01, 100.0),
            }
        )
        {
            if (!(value >= least && value <= most))
            {
                yield return FormattableString.Invariant(
                    $"{path}{name} is {value}; it must be {least} to {most}."
                );
            }
        }
    }

    /// <summary>Prices of a JSON file.</summary>
    /// <param name="name">What the text is called in messages.</param>
    /// <exception cref="FormatException">It holds none, or impossible ones; the message says what is wrong.</exception>
    public static Prices Parse(string json, string name)
    {
        try
        {
            var prices =
                JsonSerializer.Deserialize(json, PricesJson.Default.Prices)
                ?? throw new JsonException("it is empty");
            var problems = prices.Problems().ToList();
            return problems.Count == 0
                ? prices
                : throw new FormatException(
                    $"The prices in {name} cannot be used: {string.Join(' ', problems)}"
                );
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"{name} holds no prices: {wrong.Message}", wrong);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true
)]
[JsonSerializable(typeof(Prices))]
internal sealed partial class PricesJson : JsonSerializerContext;
