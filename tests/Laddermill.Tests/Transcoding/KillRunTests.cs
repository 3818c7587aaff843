using System.Collections.Concurrent;
using Laddermill.Processes;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;
using Laddermill.Tests.Processes;
using Laddermill.Tests.TestServers;
using Laddermill.Transcoding;
using Microsoft.Extensions.Time.Testing;

namespace Laddermill.Tests.Transcoding;

/// <summary>
/// Workers that are killed without a warning at any moment, while somebody watches the film that they replace, or the one that grows.
/// </summary>
[Trait("Level", "Long")]
public sealed class KillRunTests(TestMedia media, S3Server server, ITestOutputHelper log)
{
    private const int Minutes = 60_000;
    private const int Kills = 100;

    private readonly string folder = media.NewFolder();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30 * Minutes)]
    public async Task Killed_at_a_folder_nothing_breaks_and_the_next_worker_completes_it()
    {
        var root = media.NewFolder();
        await KillAsync(new FileSystemObjectStore(root), root, ToolEnvironment.Inherited);
    }

    [Fact(Timeout = 30 * Minutes)]
    public async Task Killed_at_a_bucket_nothing_breaks_and_the_next_worker_completes_it()
    {
        var streams = await server.BucketAsync("kill-streams", Cancellation);
        var environment = await server.EnvironmentAsync(Cancellation);
        await KillAsync(streams, "s3://kill-streams", environment);
    }

    private async Task KillAsync(
        IObjectStore store,
        string destination,
        ToolEnvironment environment
    )
    {
        var clip = await media.VideoAsync(seconds: 14);
        var clock = TimeProvider.System;
        // The first worker of a machine is slower than any that follows.
        await Worker.RunAsync(Job(clip, "first.mp4", 0, destination), environment);
        var first = await Worker.RunAsync(Job(clip, "film.mp4", 0, destination), environment);
        var whole = first.Time;
        var expected = await Hashes.OfMediaAsync(store, $"film.mp4/{first.Revision}/");

        // The same sequence in every run of the test; where in the job it strikes depends on the machine.
        var chance = new Random(2026);
        var redone = new List<double>();
        var kept = new List<int>();
        var films = new ConcurrentQueue<string>(["film.mp4/"]);
        var viewer = new Viewer(store, () => films);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watching = Task.Run(() => viewer.WatchAsync(end.Token), Cancellation);
        for (var round = 1; round <= Kills && !watching.IsFaulted; round++)
        {
            // In turn a new upload of the film that is watched, and a new film, which is shown while it grows.
            var name = round % 2 == 0 ? "film.mp4" : $"film-{round}.mp4";
            films = new ConcurrentQueue<string>(new[] { "film.mp4/", name + "/" }.Distinct());
            var job = Job(clip, name, round, destination);
            await Worker.KillAsync(job, environment, whole * chance.NextDouble());
            kept.Add(await CountAsync(store, ".laddermill/pieces/"));
            var next = await Worker.RunAsync(job, environment);
            redone.Add(next.Time / whole);
            Assert.Equal(expected, await Hashes.OfMediaAsync(store, $"{name}/{next.Revision}/"));
        }
        await end.CancelAsync();
        var looks = await watching;

        log.WriteLine(
            FormattableString.Invariant(
                $"{redone.Count} kills; {kept.Average():0.0} finished pieces of at most {kept.Max()} were there for the second worker on average, which took {redone.Average():P0} of the time of a whole job ({whole.TotalSeconds:0.0} s); {looks} looks by the viewer, {viewer.EarlyLooks} of them at a growing film."
            )
        );
        Assert.True(viewer.EarlyLooks > 0);
        await AssertNothingIsLeftAsync(store, clock.GetUtcNow().AddHours(25));
        Assert.Empty(RunningTools.ThatMention(folder));
    }

    private static async Task<int> CountAsync(IObjectStore store, string prefix)
    {
        var count = 0;
        await foreach (var note in store.ListAsync(prefix, Cancellation))
        {
            // The plan is noted too, and is no piece.
            count += note.Key.EndsWith("/plan.json", StringComparison.Ordinal) ? 0 : 1;
        }
        return count;
    }

    private string Job(string clip, string name, int upload, string destination)
    {
        var source = Path.Join(folder, name);
        if (!File.Exists(source))
        {
            File.Copy(clip, source);
        }
        File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch.AddDays(20_000 + upload));
        return Worker.Document(source, destination);
    }

    /// <summary>A day later there is one revision of each film, and no note but how each job ended.</summary>
    private static async Task AssertNothingIsLeftAsync(IObjectStore store, DateTimeOffset later)
    {
        await new Sweeper(store, "", new FakeTimeProvider(later)).SweepAsync(Cancellation);
        var keys = new List<string>();
        await foreach (var stored in store.ListAsync("", Cancellation))
        {
            keys.Add(stored.Key);
        }
        Assert.DoesNotContain(
            keys,
            key =>
                key.StartsWith(".laddermill/", StringComparison.Ordinal)
                && !key.StartsWith(".laddermill/jobs/", StringComparison.Ordinal)
        );
        Assert.All(
            keys.Where(key => key.StartsWith("film", StringComparison.Ordinal))
                .GroupBy(key => key.Split('/')[0]),
            film =>
                Assert.Single(
                    film.Select(key => key.Split('/'))
                        .Where(parts => parts.Length > 2)
                        .Select(parts => parts[1])
                        .Distinct()
                )
        );
    }
}
