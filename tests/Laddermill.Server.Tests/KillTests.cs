using System.Diagnostics;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests;

/// <summary>Servers and workers that are killed at random, with real films and real workers.</summary>
public sealed class KillTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int Kills = 50;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    [Fact(Timeout = 1_500_000)]
    [Trait("Level", "Long")]
    public async Task After_fifty_kills_everything_is_done_once_and_nothing_is_left()
    {
        var random = new Random(7);
        var folder = Directory.CreateTempSubdirectory("laddermill-kills-").FullName;
        var configuration = await WriteAsync(folder, "one", "");
        await using var watch = new WorkerWatch(folder);
        var inbox = new Feeder(folder, await Films.MakeAsync(0.6));
        var server = await ServerProcess.StartAsync(configuration);
        try
        {
            var (servers, workers) = (0, 0);
            for (var kill = 0; kill < Kills; kill++)
            {
                inbox.Drop(2);
                await PauseAsync(TimeSpan.FromMilliseconds(random.Next(200, 3500)));
                var kind = random.Next(3);
                if (kind != 0)
                {
                    workers += KillAWorker(watch, random);
                }
                if (kind != 1)
                {
                    server.Kill();
                    server.Dispose();
                    servers++;
                    server = await ServerProcess.StartAsync(configuration);
                }
            }
            var jobs = await EndOfAllAsync(server, inbox.Count);

            output.WriteLine(
                $"{servers} kills of the server, {workers} of workers; {jobs.Count} jobs, {jobs.Sum(job => (int)job!["attempts"]!)} attempts; "
                    + $"the same job by two workers for {watch.LongestTwice.TotalSeconds:0.00} s at most"
            );
            Assert.All(jobs, job => Assert.Equal("succeeded", (string?)job!["state"]));
            Assert.Equal(inbox.Count, jobs.Select(job => (string?)job!["name"]).Distinct().Count());
            Assert.All(
                inbox.Names,
                name =>
                    Assert.True(
                        File.Exists(Path.Combine(folder, "outbox", name, "master.m3u8")),
                        name
                    )
            );
            Assert.InRange(watch.LongestTwice, TimeSpan.Zero, Lease);
        }
        finally
        {
            server.Dispose();
        }
        await NothingIsLeftAsync(watch, configuration);
        Directory.Delete(folder, recursive: true);
    }

    [Fact(Timeout = 240_000)]
    public async Task Of_two_servers_on_one_database_the_other_takes_over_when_one_is_killed()
    {
        var database = (
            "LADDERMILL_LEDGER",
            await postgres.DatabaseAsync(TestContext.Current.CancellationToken)
        );
        var folder = Directory.CreateTempSubdirectory("laddermill-two-").FullName;
        const string ledger = """ "provider": "postgresql", """;
        await using var watch = new WorkerWatch(folder);
        using var one = await ServerProcess.StartAsync(
            await WriteAsync(folder, "one", ledger),
            database
        );
        using var two = await ServerProcess.StartAsync(
            await WriteAsync(folder, "two", ledger),
            database
        );
        var inbox = new Feeder(folder, await Films.MakeAsync(4, height: 360));

        inbox.Drop(4);
        await UntilAsync(() => Task.FromResult(watch.Workers().Count == 2));
        var began = TimeProvider.System.GetTimestamp();
        one.Kill();
        var jobs = await EndOfAllAsync(two, inbox.Count);

        output.WriteLine(
            $"all done {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s after the kill"
        );
        Assert.All(jobs, job => Assert.Equal("succeeded", (string?)job!["state"]));
        Assert.Contains(jobs, job => (int)job!["attempts"]! == 2);
        Assert.InRange(watch.LongestTwice, TimeSpan.Zero, Lease);
        two.Kill();
        await UntilAsync(() => Task.FromResult(watch.Workers().Count == 0));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> WriteAsync(string folder, string name, string ledger)
    {
        var path = Path.Combine(folder, $"{name}.json");
        await File.WriteAllTextAsync(
            path,
            $$"""
            {
              "listen": "http://127.0.0.1:0", "name": "{{name}}", "ledger": { {{ledger}} "lease": "{{Lease}}" }, "engine": { "slots": 1 },
              "pipelines": [{ "name": "films", "source": "inbox", "destination": "outbox", "settle": "00:00:00.3", "reconcile": "00:00:05", "maxAttempts": 10 }]
            }
            """
        );
        return path;
    }

    /// <summary>One of the workers, or none when none runs.</summary>
    private static int KillAWorker(WorkerWatch watch, Random random)
    {
        if (watch.Workers() is not { Count: > 0 } all)
        {
            return 0;
        }
        try
        {
            using var worker = Process.GetProcessById(all[random.Next(all.Count)]);
            worker.Kill();
            return 1;
        }
        // It ended in between.
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return 0;
        }
    }

    private static async Task<System.Text.Json.Nodes.JsonArray> EndOfAllAsync(
        ServerProcess server,
        int count
    )
    {
        while (true)
        {
            var jobs = await server.JobsAsync();
            if (
                jobs.Count >= count
                && jobs.All(job => (string?)job!["state"] is not ("queued" or "running"))
            )
            {
                return jobs;
            }
            await PauseAsync(TimeSpan.FromMilliseconds(200));
        }
    }

    /// <summary>Workers of a killed server notice that it is gone, and end with their tools.</summary>
    private static Task NothingIsLeftAsync(WorkerWatch watch, string configuration) =>
        UntilAsync(() =>
            Task.FromResult(
                watch.All().All(line => line.Contains(configuration, StringComparison.Ordinal))
            )
        );

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await PauseAsync(TimeSpan.FromMilliseconds(50));
        }
    }

    private static Task PauseAsync(TimeSpan pause) =>
        Task.Delay(pause, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Puts films into the inbox, each a little different from all others.</summary>
    private sealed class Feeder(string folder, byte[] film)
    {
        public int Count => Names.Count;

        public List<string> Names { get; } = [];

        public void Drop(int count)
        {
            var inbox = Directory.CreateDirectory(Path.Combine(folder, "inbox")).FullName;
            for (var number = 0; number < count; number++)
            {
                var name = $"film {Names.Count:000} + é.mp4";
                File.WriteAllBytes(Path.Combine(folder, "part"), film);
                File.Move(Path.Combine(folder, "part"), Path.Combine(inbox, name));
                Names.Add(name);
            }
        }
    }
}
