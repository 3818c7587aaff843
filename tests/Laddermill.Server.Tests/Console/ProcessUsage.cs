using System.Globalization;

namespace Laddermill.Server.Tests.Console;

/// <summary>What a process has of the machine.</summary>
internal sealed class ProcessUsage(int process)
{
    public Task<Share> OverAsync(int seconds) =>
        WhileAsync(() =>
            Task.Delay(
                TimeSpan.FromSeconds(seconds),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            )
        );

    public async Task<Share> WhileAsync(Func<Task> work)
    {
        var before = Ticks();
        var began = TimeProvider.System.GetTimestamp();
        await work();
        var spent = (Ticks() - before) / 100.0;
        return new Share(
            spent / TimeProvider.System.GetElapsedTime(began).TotalSeconds,
            Kilobytes("VmRSS:") / 1000.0
        );
    }

    /// <summary>User and system time, in hundredths of a second.</summary>
    private long Ticks()
    {
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[1].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private long Kilobytes(string name) =>
        long.Parse(
            File.ReadLines($"/proc/{process}/status")
                .First(line => line.StartsWith(name, StringComparison.Ordinal))
                .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        );
}

/// <param name="Cores">Of the machine's, on average.</param>
internal sealed record Share(double Cores, double MegaBytes)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Cores * 100:0} % of a core, {MegaBytes:0} MB"
        );
}
