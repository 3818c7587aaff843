using System.Globalization;
using Laddermill.OciStandIn.Containers;
using Laddermill.OciStandIn.Functions;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Functions;

/// <summary>
/// Our function beside one of the same duty on official packages, in turns: docs/measurements.md has the table that this prints. bench/function names
/// the program that was compiled ahead of time; without it, it is the one that was built for tests.
/// </summary>
[Trait("Level", "Long")]
public sealed class FunctionFiguresTests(ITestOutputHelper log)
{
    private const int Rounds = 7;
    private const int WarmCalls = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task Ours_is_ready_and_answers_sooner_in_less_memory_than_on_official_packages()
    {
        var project = await NpmProject.InstallAsync("fdk");
        var ours = Environment.GetEnvironmentVariable("LADDERMILL_FUNCTION")
            is { Length: > 0 } program
            ? new CommandImage(program)
            : OciCloud.FunctionProgram;
        var theirs = new CommandImage("node", Path.Join(project, "func.js"));
        await using var cloud = await OciCloud.StartAsync();
        // What the instances do, and the keys that are made for them, are no part of a call.
        cloud.StandIn.Capacity.Delay = TimeSpan.FromHours(1);
        var (we, they) = (new List<Figures>(), new List<Figures>());
        for (var round = 0; round < Rounds; round++)
        {
            we.Add(await MeasureAsync(cloud, ours, $"{round}-ours"));
            they.Add(await MeasureAsync(cloud, theirs, $"{round}-theirs"));
        }

        var (our, their) = (Figures.Median(we), Figures.Median(they));
        log.WriteLine("| function | ready, ms | first call, ms | warm call, ms | resident, MB |");
        log.WriteLine($"| ours | {our} |");
        log.WriteLine($"| official packages | {their} |");
        Assert.True(our.Ready + our.First < their.Ready + their.First);
        Assert.True(our.Resident < their.Resident);
    }

    private static async Task<Figures> MeasureAsync(OciCloud cloud, Image image, string key)
    {
        await using var function = await FunctionContainer.StartAsync(
            image,
            [.. cloud.FunctionConfiguration, .. cloud.Principal("fnfunc")],
            TimeProvider.System,
            Cancellation
        );
        var first = await CallAsync(cloud, function, $"{key}-first.mp4");
        var warm = new List<double>();
        for (var call = 0; call < WarmCalls; call++)
        {
            warm.Add(await CallAsync(cloud, function, $"{key}-{call}.mp4"));
        }
        return new Figures(
            function.ReadyAfter.TotalMilliseconds,
            first,
            warm.Order().ElementAt(WarmCalls / 2),
            Resident(function.ProcessId)
        );
    }

    /// <returns>Milliseconds.</returns>
    private static async Task<double> CallAsync(
        OciCloud cloud,
        FunctionContainer function,
        string key
    )
    {
        await cloud.UploadAsync(key);
        var began = TimeProvider.System.GetTimestamp();
        var answer = await function.CallAsync(
            OciCloud.Event(key),
            TimeSpan.FromSeconds(30),
            Cancellation
        );
        var took = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        Assert.Contains("\"state\":\"started\"", answer.Body, StringComparison.Ordinal);
        return took;
    }

    /// <returns>MB.</returns>
    private static double Resident(int process) =>
        double.Parse(
            File.ReadLines($"/proc/{process}/status")
                .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1000;

    private sealed record Figures(double Ready, double First, double Warm, double Resident)
    {
        public static Figures Median(List<Figures> all)
        {
            double Of(Func<Figures, double> figure) =>
                all.Select(figure).Order().ElementAt(all.Count / 2);
            return new(Of(f => f.Ready), Of(f => f.First), Of(f => f.Warm), Of(f => f.Resident));
        }

        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Ready:0} | {First:0} | {Warm:0.0} | {Resident:0.0}"
            );
    }
}
