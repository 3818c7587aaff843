using System.Globalization;
using Laddermill.Engines;
using Laddermill.Engines.Docker;
using Laddermill.Tests.Storage;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Engines;

/// <summary>On a real Docker Engine, in containers without a network.</summary>
public sealed class DockerEngineTests(DockerDaemon docker) : EngineContractTests
{
    private const int Minute = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected override async Task<EngineUnderTest> StartEngineAsync()
    {
        var image = await ShellImage.MakeAsync(docker, "contract", Program);
        var tested = await StartAsync(options => options with { Image = image, Slots = 1 });
        return tested.ForContract();
    }

    private protected override async Task<int> ProcessOfAsync(IEngine engine, string id) =>
        int.Parse(
            await DockerDaemon.AskAsync(
                await docker.StartAsync(),
                "inspect",
                "--format",
                "{{.State.Pid}}",
                id
            ),
            CultureInfo.InvariantCulture
        );

    [Fact(Timeout = Minute)]
    public async Task A_container_is_shut_in_bounded_and_marked()
    {
        await using var tested = await StartAsync(options => options with { Cpus = 1.5 });
        var run = await tested.Engine.StartAsync(
            DockerUnderTest.Work("exec sleep 1000"),
            Cancellation
        );

        string[] told =
        [
            "{{.HostConfig.NetworkMode}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}",
            "{{.HostConfig.SecurityOpt}} {{.HostConfig.Init}} {{.HostConfig.PidsLimit}}",
            "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}}",
            "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.LogConfig.Type}} {{json .HostConfig.LogConfig.Config}}",
            "{{json .HostConfig.Tmpfs}}",
            "{{json .Config.Labels}}",
        ];
        var inspected = await DockerDaemon.AskAsync(
            tested.Options.Endpoint,
            "inspect",
            "--format",
            string.Join('\n', told),
            run.Id
        );

        Assert.Equal($"laddermill-{tested.Options.Owner}-job-0001", run.Id);
        Assert.Equal(
            $$$"""
            none true [ALL]
            [no-new-privileges] true 4096
            67108864 67108864 1500000000
            no local {"compress":"false","max-file":"2","max-size":"1m"}
            {"/tmp":"rw,nosuid,nodev,noexec,size=64m,mode=1777"}
            {"laddermill.attempt":"1","laddermill.job":"job","laddermill.owner":"{{{tested.Options.Owner}}}"}
            """,
            inspected
        );
    }

    [Fact(Timeout = Minute)]
    public async Task A_run_that_needs_too_much_memory_is_killed_and_it_is_told()
    {
        await using var tested = await StartAsync();

        var ended = await tested.RunAsync("x=0123456789abcdef; while :; do x=$x$x; done");

        Assert.Equal(137, ended.ExitCode);
        Assert.Equal(
            "It needed more memory than the 64 MiB that it may have, and the kernel killed it or a part of it.",
            ended.Detail
        );
    }

    [Fact(Timeout = Minute)]
    public async Task A_run_has_no_privileges_and_writes_nowhere_but_in_its_own_folder()
    {
        await using var tested = await StartAsync(options => options with { User = "12:34" });

        var ended = await tested.RunAsync(
            """
            cat /proc/self/status
            : >/tmp/file && echo written
            : >/file
            """
        );

        var log = await tested.Engine.ReadLogAsync(ended.Id, Cancellation);
        Assert.Matches(@"\nUid:\s12\s12\s12\s12\nGid:\s34\s34\s34\s34\n", log);
        Assert.Matches(@"\nCapEff:\s0+\nCapBnd:\s0+\n", log);
        Assert.Matches(@"\nNoNewPrivs:\s1\n", log);
        Assert.Contains("\nwritten\n", log, StringComparison.Ordinal);
        Assert.Contains("/file: Read-only file system", log, StringComparison.Ordinal);
        Assert.NotEqual(0, ended.ExitCode);
    }

    [Fact(Timeout = Minute)]
    public async Task Folders_that_are_stores_are_seen_and_only_destinations_written_to()
    {
        using var source = new TemporaryFolder();
        using var destination = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Join(source.Path, "film"), "a film", Cancellation);
        await using var tested = await StartAsync(options =>
            options with
            {
                Mounts =
                [
                    new(source.Path, "/films"),
                    new(destination.Path, "/streams", IsWritable: true),
                ],
            }
        );

        var ended = await tested.RunAsync("cat /films/film >/streams/film; : >/films/other");

        Assert.Equal(
            "a film",
            await File.ReadAllTextAsync(Path.Join(destination.Path, "film"), Cancellation)
        );
        Assert.NotEqual(0, ended.ExitCode);
        Assert.False(File.Exists(Path.Join(source.Path, "other")));
    }

    [Fact(Timeout = Minute)]
    public async Task Variables_that_are_named_are_passed_and_no_others()
    {
        const string named = "LADDERMILL_TEST_NAMED";
        Environment.SetEnvironmentVariable(named, "secret words");
        Environment.SetEnvironmentVariable("LADDERMILL_TEST_OTHER", "hidden");
        await using var tested = await StartAsync(options =>
            options with
            {
                Environment = [named, "LADDERMILL_TEST_ABSENT"],
            }
        );

        var ended = await tested.RunAsync("export -p");

        var log = await tested.Engine.ReadLogAsync(ended.Id, Cancellation);
        Assert.Contains($"{named}='secret words'", log, StringComparison.Ordinal);
        Assert.Contains("WORD='told'", log, StringComparison.Ordinal);
        Assert.DoesNotContain("OTHER", log, StringComparison.Ordinal);
        Assert.DoesNotContain("ABSENT", log, StringComparison.Ordinal);
    }

    [Fact(Timeout = Minute)]
    public async Task A_run_is_found_again_by_an_engine_that_begins_anew_and_by_nobody_else()
    {
        await using var tested = await StartAsync();
        var run = await tested.Engine.StartAsync(
            DockerUnderTest.Work("exec sleep 1000"),
            Cancellation
        );
        using var again = new DockerEngine(tested.Options, TimeProvider.System);
        using var others = new DockerEngine(
            tested.Options with
            {
                Owner = "others",
            },
            TimeProvider.System
        );

        await others.RemoveAsync(run.Id, Cancellation);
        Assert.Null(await others.LookAsync(run.Id, Cancellation));
        Assert.Equal("", await others.ReadLogAsync(run.Id, Cancellation));
        Assert.Empty(await IdsAsync(others));

        Assert.Equal([run.Id], await IdsAsync(again));
        Assert.Equal(
            ("job", 1, EngineState.Running),
            await again.LookAsync(run.Id, Cancellation) is { } found
                ? (found.Job, found.Attempt, found.State)
                : default
        );
        var waiting = again.WaitAsync(run.Id, Cancellation);
        Assert.Equal(
            run.Id,
            (await again.StartAsync(DockerUnderTest.Work("exit 1"), Cancellation)).Id
        );
        await again.RemoveAsync(run.Id, Cancellation);
        await waiting;
        Assert.Empty(await IdsAsync(tested.Engine));
    }

    [Fact(Timeout = Minute)]
    public async Task A_run_that_is_removed_is_asked_to_end_first()
    {
        using var folder = new TemporaryFolder();
        var place = folder.Path;
        await using var tested = await StartAsync(options =>
            options with
            {
                Mounts = [new(place, "/out", IsWritable: true)],
            }
        );
        var run = await tested.Engine.StartAsync(
            DockerUnderTest.Work(
                "trap 'echo ended >/out/words; exit' TERM; echo ready; while :; do sleep 0.1; done"
            ),
            Cancellation
        );
        await UntilAsync(async () =>
            (await tested.Engine.ReadLogAsync(run.Id, Cancellation)).Contains(
                "ready",
                StringComparison.Ordinal
            )
        );

        await tested.Engine.RemoveAsync(run.Id, Cancellation);

        Assert.Equal(
            "ended\n",
            await File.ReadAllTextAsync(Path.Join(place, "words"), Cancellation)
        );
    }

    [Fact(Timeout = Minute)]
    public async Task A_run_that_does_not_end_is_killed_after_its_time_of_grace()
    {
        await using var tested = await StartAsync();
        var run = await tested.Engine.StartAsync(
            DockerUnderTest.Work("trap '' TERM; while :; do sleep 0.1; done"),
            Cancellation
        );

        var since = TimeProvider.System.GetTimestamp();
        await tested.Engine.RemoveAsync(run.Id, Cancellation);

        Assert.True(TimeProvider.System.GetElapsedTime(since) >= tested.Options.Grace);
        Assert.Empty(await IdsAsync(tested.Engine));
    }

    [Fact(Timeout = Minute)]
    public async Task There_is_room_for_as_many_as_the_memory_of_the_machine_carries()
    {
        await using var tested = await StartAsync(options =>
            options with
            {
                Slots = null,
                // Of which no machine has two.
                Memory = 1 << 20,
            }
        );
        await tested.Engine.StartAsync(DockerUnderTest.Work("exec sleep 1000"), Cancellation);

        var full = await Assert.ThrowsAsync<EngineFullException>(() =>
            tested.Engine.StartAsync(
                DockerUnderTest.Work("exec sleep 1000") with
                {
                    Attempt = 2,
                },
                Cancellation
            )
        );

        Assert.Contains(
            "1 of 1073741824 MiB each run on the Docker Engine at ",
            full.Message,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = Minute)]
    public async Task An_image_that_is_not_there_is_told_with_what_to_do()
    {
        await using var tested = await StartAsync(options =>
            options with
            {
                Image = "laddermill-test/absent:1",
            }
        );

        var refusal = await Assert.ThrowsAsync<EngineException>(() =>
            tested.Engine.StartAsync(DockerUnderTest.Work("exit"), Cancellation)
        );

        Assert.Equal(
            $"Cannot make container laddermill-{tested.Options.Owner}-job-0001: the Docker Engine at {tested.Options.Endpoint} has no image laddermill-test/absent:1. Build it there (deploy/build), or pull it (docker pull laddermill-test/absent:1).",
            refusal.Message
        );
        Assert.Contains(
            "has no image laddermill-test/absent:1.",
            Assert.Single(await tested.Engine.FindObstaclesAsync(Cancellation)),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = Minute)]
    public async Task What_Docker_refuses_is_told_in_its_words_and_nothing_is_left()
    {
        await using var tested = await StartAsync(options => options with { Network = "absent" });

        var refusal = await Assert.ThrowsAsync<EngineException>(() =>
            tested.Engine.StartAsync(DockerUnderTest.Work("exit"), Cancellation)
        );

        Assert.Contains("network absent not found", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await IdsAsync(tested.Engine));
        Assert.Empty(await tested.Engine.FindObstaclesAsync(Cancellation));
    }

    [Fact(Timeout = Minute)]
    public async Task A_Docker_Engine_that_is_not_there_is_told_with_what_to_do()
    {
        using var engine = new DockerEngine(
            new DockerOptions { Endpoint = "unix:///nowhere/docker.sock" },
            TimeProvider.System
        );

        var refusal = await Assert.ThrowsAsync<EngineException>(() =>
            engine.LookAsync("run", Cancellation)
        );

        Assert.Equal(
            "Cannot look at container run: the Docker Engine at unix:///nowhere/docker.sock cannot be reached (there is no such socket). See that it runs and that this user may use it (Debian: systemctl start docker, group docker).",
            refusal.Message
        );
        Assert.Single(await engine.FindObstaclesAsync(Cancellation));
    }

    private Task<DockerUnderTest> StartAsync(Func<DockerOptions, DockerOptions>? change = null) =>
        DockerUnderTest.StartAsync(docker, change ?? (options => options));
}
