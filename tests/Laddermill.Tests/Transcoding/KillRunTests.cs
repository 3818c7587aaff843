using System.Diagnostics;
using System.Text.Json.Nodes;
using Laddermill.Processes;
using Laddermill.Storage.FileSystem;
using Laddermill.Tests.Processes;
using Laddermill.Verification;

namespace Laddermill.Tests.Transcoding;

/// <summary>Workers that are killed without a warning at any moment, while somebody watches the film that they replace.</summary>
public sealed class KillRunTests(TestMedia media, ITestOutputHelper log)
{
    private const int Minutes = 60_000;
    private const int Kills = 40;
    private const string Name = "film.mp4";

    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory,
        "Laddermill.Cli"
    );

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30 * Minutes)]
    [Trait("Level", "Long")]
    public async Task Whenever_a_worker_is_killed_a_whole_film_stays_and_the_next_worker_completes_the_new_one()
    {
        var (folder, root) = (media.NewFolder(), media.NewFolder());
        var source = Path.Join(folder, Name);
        File.Copy(await media.VideoAsync(seconds: 24), source);
        var profile = Path.Join(folder, "small.json");
        await File.WriteAllTextAsync(
            profile,
            $$"""{ "small": {{Published.SmallProfile}} }""",
            Cancellation
        );
        var job = Path.Join(folder, "job.json");
        await File.WriteAllTextAsync(
            job,
            new JsonObject
            {
                ["source"] = source,
                ["destination"] = root,
                ["profile"] = profile,
            }.ToJsonString(),
            Cancellation
        );
        var whole = await RunToItsEndAsync(job);
        var expected = Shape(root);
        var revisions = 1;

        // The same sequence in every run of the test; where in the job it strikes depends on the machine.
        var chance = new Random(2026);
        var redone = new List<double>();
        var viewer = new Viewer(Path.Join(root, Name));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watching = Task.Run(() => viewer.WatchAsync(end.Token), Cancellation);
        for (var round = 0; round < Kills; round++)
        {
            // A new upload of the same name: a new job, which replaces the film that is being watched.
            File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch.AddDays(20_000 + round));
            var moment = whole * chance.NextDouble();
            await using (var worker = Start(job))
            {
                await Task.WhenAny(
                    worker.Completion,
                    Task.Delay(moment, TimeProvider.System, Cancellation)
                );
                if (!worker.Completion.IsCompleted)
                {
                    // This one process: its tools must see for themselves that it is gone.
                    using var process = Process.GetProcessById(worker.ProcessId);
                    process.Kill();
                }
                await worker.Completion.WaitAsync(Cancellation);
            }
            viewer.Look();
            redone.Add(await RunToItsEndAsync(job) / whole);
            viewer.Look();
            revisions++;

            Assert.Equal(expected, Shape(root, newestOf: revisions));
            var report = await Verifier.VerifyAsync(
                new StoreOutputReader(new FileSystemObjectStore(root), Name),
                new VerifyOptions(),
                Cancellation
            );
            Assert.True(report.Passed);
        }
        await end.CancelAsync();
        var looks = await watching;
        log.WriteLine(
            FormattableString.Invariant(
                $"{Kills} kills; the second run took {redone.Average():P0} of a whole one on average; {looks} complete looks by the viewer."
            )
        );
        Assert.Empty(RunningTools.ThatMention(source));
    }

    private static async Task<TimeSpan> RunToItsEndAsync(string job)
    {
        var begun = TimeProvider.System.GetTimestamp();
        await using var worker = Start(job);
        await worker.EnsureSuccessAsync("The worker failed.");
        return TimeProvider.System.GetElapsedTime(begun);
    }

    private static ToolProcess Start(string job) =>
        ToolProcess.Start(
            new ToolCommand(Program, ["work", job])
            {
                Environment = ToolEnvironment.Inherited.With("DOTNET_ROOT", DummyTool.Runtime),
            },
            cancellationToken: Cancellation
        );

    /// <summary>All names in the destination, without what differs from revision to revision, of the revision that is published.</summary>
    private static List<string> Shape(string root, int newestOf = 1)
    {
        var revision = (string)
            JsonNode.Parse(File.ReadAllText(Path.Join(root, Name, "job.json")))!["revision"]!;
        var others = Directory
            .GetDirectories(Path.Join(root, Name))
            .Where(folder => Path.GetFileName(folder) != revision)
            .ToList();
        Assert.True(others.Count < newestOf);
        return
        [
            .. Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Where(file =>
                    !others.Exists(other => file.StartsWith(other + "/", StringComparison.Ordinal))
                )
                .Select(file =>
                    Path.GetRelativePath(root, file)
                        .Replace(revision, "REVISION", StringComparison.Ordinal)
                )
                // Outcomes of earlier jobs stay for ever.
                .Where(file => !file.StartsWith(".laddermill/jobs/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }
}
