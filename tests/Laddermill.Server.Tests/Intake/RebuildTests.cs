using Laddermill.Jobs;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Intake;

public sealed class RebuildTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_lost_ledger_is_found_again_in_the_destinations_and_nothing_is_done_twice()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-rebuild-").FullName;
        var film = await Films.MakeAsync();
        string done;
        await using (var before = await ServerUnderTest.StartAsync(folder: folder))
        {
            before.Drop("film.mp4", film);
            before.Drop("gone later.mp4", film);
            before.Drop("broken.mp4", film[..3000]);
            var jobs = await before.JobsAsync(all =>
                all.Count == 3
                && all.All(job => (string?)job!["state"] is "succeeded" or "rejected")
            );
            done = (string)jobs.Single(job => (string?)job!["name"] == "film.mp4")!["id"]!;
        }
        // Another process would not have the file open any more.
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(folder, "laddermill.db*"))
        {
            File.Delete(file);
        }
        File.Delete(Path.Combine(folder, "inbox", "gone later.mp4"));
        // One that failed on the way is tried again.
        await FailAsync(folder, done);

        var engine = PlayedEngine.Ending(0);
        await using var after = await ServerUnderTest.StartAsync(engine, folder: folder);
        await after.JobsAsync(all => all.Count == 3 && engine.Started.Count == 1);
        var again = await after.JobsAsync(all =>
            all.All(job => (string?)job!["state"] is "succeeded" or "rejected")
        );

        Assert.Equal(
            [
                ("broken.mp4", "rejected"),
                ("film.mp4", "succeeded"),
                ("gone later.mp4", "succeeded"),
            ],
            again
                .Select(job => ((string)job!["name"]!, (string)job["state"]!))
                .OrderBy(job => job.Item1, StringComparer.Ordinal)
        );
        Assert.Equal(done, Assert.Single(engine.Started).Job);
        Assert.All(again, job => Assert.Equal("films", (string?)job!["pipeline"]));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task FailAsync(string folder, string job)
    {
        var path = Path.Combine(folder, "outbox", JobOutcome.KeyOf(job));
        var outcome = JobOutcome.Parse(await File.ReadAllBytesAsync(path, Cancellation))!;
        await File.WriteAllBytesAsync(
            path,
            (
                outcome with
                {
                    State = JobEnd.Failed,
                    Code = "tool-failed",
                    Reason = "It failed.",
                }
            ).ToJson(),
            Cancellation
        );
    }
}
