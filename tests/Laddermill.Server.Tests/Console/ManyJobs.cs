using Laddermill.Server.Ledger;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Console;

/// <summary>A ledger that a server has kept for long.</summary>
internal static class ManyJobs
{
    private const int AtOnce = 5_000;

    private static readonly string[] Pipelines = ["films", "trailers"];

    /// <summary>Fills SQLite's file with jobs of the last weeks, most of them done.</summary>
    public static async Task FillAsync(string file, int count)
    {
        await using var ledger = await LedgerUnderTest.OpenAsync(isPostgres: false, file);
        var now = TimeProvider.System.GetUtcNow();
        for (var start = 0; start < count; start += AtOnce)
        {
            await using var context = await ledger.Contexts.CreateDbContextAsync(
                TestContext.Current.CancellationToken
            );
            context.Jobs.AddRange(
                Enumerable
                    .Range(start, Math.Min(AtOnce, count - start))
                    .Select(number => Job(ledger, number, now.AddSeconds(-20 * (count - number))))
            );
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
    }

    private static JobRow Job(LedgerUnderTest ledger, int number, DateTimeOffset created)
    {
        var job = ledger.Job(IdOf(number), Pipelines[number % 2]);
        job.Name = job.SourceKey = $"series {number % 100:00}/episode {number:000000}.mp4";
        job.Source = $"file:///srv/films/{job.Name}";
        job.Destination = "file:///srv/streams/";
        job.Size = 1_000_000L * (number % 5_000);
        job.State = (number % 100) switch
        {
            0 => JobState.Failed,
            1 => JobState.Rejected,
            2 => JobState.Cancelled,
            _ => JobState.Succeeded,
        };
        if (job.State is JobState.Failed or JobState.Rejected)
        {
            (job.Code, job.Reason) = (
                "tool",
                "ffmpeg could not encode the film.\n" + new string('x', 500)
            );
        }
        (job.Created, job.Queued, job.Started) = (
            created.UtcTicks,
            created.UtcTicks,
            created.UtcTicks
        );
        job.Ended = job.Changed = created.AddSeconds(90).UtcTicks;
        job.Result = """{"result":{"state":"done","revision":"mf4k2c7a"}}""";
        job.Attempts = 1;
        return job;
    }

    /// <summary>26 letters and digits that no job of ours has.</summary>
    private static string IdOf(int number)
    {
        const string letters = "abcdefghijklmnopqrstuvwxyz234567";
        var id = new char[26];
        var rest = (ulong)number * 0x9E3779B97F4A7C15;
        for (var at = 0; at < id.Length; at++)
        {
            id[at] = letters[(int)(rest % 32)];
            rest = at == 12 ? (ulong)number : rest / 32;
        }
        return new string(id);
    }
}
