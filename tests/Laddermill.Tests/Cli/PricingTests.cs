using System.Text.Json.Nodes;
using Laddermill.Tests.Transcoding;

namespace Laddermill.Tests.Cli;

/// <summary>What a film takes, before and after.</summary>
public sealed class PricingTests(TestMedia media)
{
    private const int Minutes = 60_000;
    private const string Machine =
        """{ "currency": "EUR", "processorHour": 0.0125, "memoryHour": 0.0015, "processors": 2, "memory": 8 }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 2 * Minutes)]
    public async Task A_plan_tells_what_it_takes_and_with_prices_what_it_costs()
    {
        var source = await media.VideoAsync();
        var prices = await WriteAsync("prices.json", Machine);

        var free = await Ran.Async("plan", source);
        var paid = await Ran.Async("plan", source, "--prices", prices);
        var json = await Ran.Async("plan", source, "--prices", prices, "--json");

        Assert.Matches(
            @"\nIt takes about 0:\d\d, with \d+ s of processors, and makes \S+ [kM]?B\.\n",
            free.Error
        );
        Assert.Matches(@" processors, and makes \S+ [kM]?B, for 0\.00\d* EUR\.\n", paid.Error);
        var estimate = JsonNode.Parse(json.Output)!["estimate"]!;
        Assert.Equal("EUR", (string?)estimate["currency"]);
        Assert.InRange((double)estimate["cpuSeconds"]!, 0.5, 60);
        Assert.InRange((double)estimate["cost"]!, 1e-6, 0.01);
    }

    [Fact(Timeout = 2 * Minutes)]
    public async Task A_job_tells_what_it_was_to_take_beside_what_it_took()
    {
        var source = await media.VideoAsync();
        var destination = media.NewFolder();
        var profile = await WriteAsync(
            "small.json",
            $$"""{ "small": {{Published.SmallProfile}} }"""
        );

        var end = await Ran.Async(
            "transcode",
            source,
            destination,
            "--profile",
            profile,
            "--prices",
            await WriteAsync("prices.json", Machine),
            "--progress",
            "none"
        );

        Assert.Equal(0, end.Code);
        Assert.Matches(
            @"\nIt took 0:\d\d, with \d+ s of processors, for 0\.00\d* EUR\.\n",
            end.Error
        );
        var report = JsonNode.Parse(
            await File.ReadAllTextAsync(
                Path.Join(destination, Path.GetFileName(source), "job.json"),
                Cancellation
            )
        )!;
        var (estimate, actual) = (report["estimate"]!, report["actual"]!);
        Assert.All(
            ["cpuSeconds", "wallSeconds", "bytes", "cost"],
            field =>
            {
                Assert.True((double)estimate[field]! > 0);
                Assert.True((double)actual[field]! > 0);
            }
        );
        // A clip of seconds, made of little else than beginnings, says no more than the magnitude.
        Assert.InRange((double)estimate["bytes"]! / (double)actual["bytes"]!, 0.3, 3);
    }

    [Theory(Timeout = 2 * Minutes)]
    [InlineData("no-such.json", null, "The prices cannot be read")]
    [InlineData("odd.json", """{ "processors": -1 }""", "processors is -1; it must be 0 to 1024.")]
    public async Task Prices_that_cannot_be_used_are_told(string name, string? text, string reason)
    {
        var file = text is null ? name : await WriteAsync(name, text);

        var end = await Ran.Async("plan", await media.VideoAsync(), "--prices", file);

        Assert.Equal(2, end.Code);
        Assert.Contains(reason, end.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 2 * Minutes)]
    public async Task What_a_film_may_cost_needs_prices()
    {
        var profile = await WriteAsync(
            "cheap.json",
            """{ "cheap": { "extends": "default", "maxCost": 0.5 } }"""
        );

        var end = await Ran.Async(
            "transcode",
            await media.VideoAsync(),
            media.NewFolder(),
            "--profile",
            profile
        );

        Assert.Equal(2, end.Code);
        Assert.Contains(
            "sets maxCost, and no prices are known",
            end.Error,
            StringComparison.Ordinal
        );
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var file = Path.Join(media.NewFolder(), name);
        await File.WriteAllTextAsync(file, text, Cancellation);
        return file;
    }
}
