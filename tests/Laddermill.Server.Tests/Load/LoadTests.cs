using System.Diagnostics;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Load;

/// <summary>Many uploads at once. Figures are printed, and only what must hold on any machine is asserted; <c>bench/server</c> shows them.</summary>
public sealed class LoadTests(PostgresServer postgres, ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 600_000)]
    [Trait("Level", "Long")]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Uploads_are_done_once_each_though_events_come_thrice_or_never(string ledger)
    {
        const int uploads = 10_000;
        var database = ledger == "sqlite" ? null : await postgres.DatabaseAsync(Cancellation);
        await using var load = await UploadLoad.StartAsync(database, 64, TimeSpan.FromSeconds(20));
        await PacedAsync(load, 200);

        var keys = await load.UploadAsync("burst/", uploads);
        var random = new Random(1);
        var told = keys.Where((_, index) => index % 10 != 0).ToList();
        var events = told.Concat(told).Concat(told).ToArray();
        random.Shuffle(events);
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var began = TimeProvider.System.GetTimestamp();
        var accepting = await load.AnnounceAsync(events, null);
        await load.EndAsync(uploads + 200);
        var whole = TimeProvider.System.GetElapsedTime(began);
        process.Refresh();
        var paced = await PacedAsync(load, 600);

        output.WriteLine(
            FormattableString.Invariant(
                $"{ledger}, {uploads} uploads: {events.Length / accepting.TotalSeconds:0} events/s accepted, all done {whole.TotalSeconds:0.0} s after the first event, "
            )
                + FormattableString.Invariant(
                    $"{(process.TotalProcessorTime - cpu).TotalMilliseconds / uploads:0.00} ms of CPU for each upload (client and stand-ins included), "
                )
                + FormattableString.Invariant(
                    $"event to worker at 100 uploads/s: p50 {paced.P50:0} ms, p99 {paced.P99:0} ms; peak memory of the process {PeakMemory():0} MB"
                )
        );
        Assert.Equal(0, load.Twice);
        Assert.Equal(uploads + 800, load.Started);
    }

    [Theory(Timeout = 900_000)]
    [Trait("Level", "Long")]
    [InlineData("sqlite", 1_000)]
    [InlineData("sqlite", 100_000)]
    [InlineData("postgresql", 1_000)]
    [InlineData("postgresql", 100_000)]
    public async Task What_a_job_costs_does_not_grow_with_the_queue(string ledger, int queued)
    {
        const int more = 2_000;
        var database = ledger == "sqlite" ? null : await postgres.DatabaseAsync(Cancellation);
        await using var load = await UploadLoad.StartAsync(database, 64, TimeSpan.FromSeconds(1));
        load.Hold();
        await load.UploadAsync("backlog/", queued);
        await load.QueuedAsync(queued - 64);

        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var keys = await load.UploadAsync("more/", more);
        var accepting = await load.AnnounceAsync(keys, null);
        await load.QueuedAsync(queued + more - 64);
        process.Refresh();
        var accepted = process.TotalProcessorTime - cpu;
        cpu = process.TotalProcessorTime;
        var began = TimeProvider.System.GetTimestamp();
        load.Release(more);
        await load.StartedAsync(more);
        var running = TimeProvider.System.GetElapsedTime(began);
        process.Refresh();

        output.WriteLine(
            FormattableString.Invariant(
                $"{ledger}, {queued} jobs queued: {more / accepting.TotalSeconds:0} events/s accepted, {accepted.TotalMilliseconds / more:0.00} ms of CPU for each new job; "
            )
                + FormattableString.Invariant(
                    $"{more / running.TotalSeconds:0} jobs/s run, {(process.TotalProcessorTime - cpu).TotalMilliseconds / more:0.00} ms of CPU for each (client and stand-ins included)"
                )
        );
        Assert.Equal(0, load.Twice);
    }

    private static async Task<(double P50, double P99)> PacedAsync(UploadLoad load, int uploads)
    {
        var before = load.Started;
        var keys = await load.UploadAsync($"paced{before}/", uploads);
        var thrice = keys.SelectMany(key => new[] { key, key, key }).ToList();
        await load.AnnounceAsync(thrice, 300);
        await load.EndAsync(before + uploads);
        return load.Latency(keys);
    }

    /// <summary>MB of memory that the process ever had.</summary>
    private static double PeakMemory() =>
        double.Parse(
            File.ReadLines("/proc/self/status")
                .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            System.Globalization.CultureInfo.InvariantCulture
        ) / 1000;
}
