using System.Diagnostics;
using System.Text.Json.Nodes;
using Laddermill.Processes;
using Laddermill.Tests.Processes;

namespace Laddermill.Tests.Cli;

/// <summary>The worker as engines see it: a process with a job file, lines on its output, signals and an exit code.</summary>
public sealed class WorkCommandTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private static readonly ToolEnvironment Surroundings = ToolEnvironment.Inherited.With(
        "TRACEPARENT",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    );

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_job_document_is_done_and_the_last_line_is_the_result()
    {
        var destination = media.NewFolder();
        await using var worker = Start(await JobAsync(await media.VideoAsync(), destination));
        using var reader = new StreamReader(worker.StandardOutput);
        var lines = (await reader.ReadToEndAsync(Cancellation)).TrimEnd().Split('\n');

        await worker.EnsureSuccessAsync("The worker failed.");
        var result = JsonNode.Parse(lines[^1])?["result"];
        Assert.Equal("done", (string?)result?["state"]);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", (string?)result?["trace"]);
        Assert.True(File.Exists(Path.Combine(destination, (string)result!["masterPlaylist"]!)));
    }

    [Theory(Timeout = Minutes)]
    [InlineData("""{"source":"a.mp4"}""", "destination")]
    [InlineData("""{"source":"a.mp4","destination":"out","colour":"blue"}""", "colour")]
    [InlineData("""{"source":"a.mp4","destination":"out","protocols":["rtmp"]}""", "rtmp")]
    [InlineData("no json", "job document")]
    public async Task A_wrong_document_ends_with_2_and_says_what_is_wrong(
        string document,
        string named
    )
    {
        var file = Path.Combine(media.NewFolder(), "job.json");
        await File.WriteAllTextAsync(file, document, Cancellation);

        var end = await Ran.Async("work", file);

        Assert.Equal(2, end.Code);
        Assert.Contains(named, end.Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("auto")]
    [InlineData("landlock")]
    [InlineData("off")]
    public async Task A_worker_that_is_asked_to_end_leaves_no_playlist_and_no_tool(string sandbox)
    {
        var destination = media.NewFolder();
        var source = await media.VideoAsync(seconds: 60);
        await using var worker = Start(await JobAsync(source, destination), sandbox);
        using var reader = new StreamReader(worker.StandardOutput);
        await ReadUntilEncodingAsync(reader);

        var end = worker.StopAsync(TimeSpan.FromSeconds(20));
        var rest = await reader.ReadToEndAsync(Cancellation);

        Assert.Equal(130, (await end).ExitCode);
        Assert.Contains("""{"result":{"state":"cancelled",""", rest, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(destination, "*", SearchOption.AllDirectories),
            file => Path.GetExtension(file) is ".m3u8" or ".mpd"
        );
        Assert.Empty(RunningTools.ThatMention(source));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_worker_ends_with_the_one_who_started_it()
    {
        var source = await media.VideoAsync(seconds: 60);
        var job = await JobAsync(source, media.NewFolder());
        // The worker gets a session of its own, so that it does not die merely because its parent's group is killed.
        await using var parent = ToolProcess.Start(
            new ToolCommand(
                "/bin/sh",
                [
                    "-c",
                    "setsid \"$0\" work \"$1\" & echo $!; exec sleep 1000",
                    OurProgram.FileName,
                    job,
                ]
            )
            {
                Environment = OurProgram.Command([], Surroundings).Environment,
            },
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var reader = new StreamReader(parent.StandardOutput);
        var worker = DummyTool.ProcessId((await reader.ReadLineAsync(Cancellation))!);
        await ReadUntilEncodingAsync(reader);
        Assert.True(DummyTool.IsAlive(worker));

        // This one process, and not the tree below it.
        using (var process = Process.GetProcessById(parent.ProcessId))
        {
            process.Kill();
        }

        await DummyTool.WaitForDeathAsync(worker, Cancellation);
        Assert.Empty(RunningTools.ThatMention(source));
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("auto")]
    [InlineData("landlock")]
    [InlineData("off")]
    public async Task The_tools_of_a_killed_worker_end_with_it(string sandbox)
    {
        var source = await media.VideoAsync(seconds: 60);
        await using var worker = Start(await JobAsync(source, media.NewFolder()), sandbox);
        using var reader = new StreamReader(worker.StandardOutput);
        await ReadUntilEncodingAsync(reader);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (RunningTools.ThatMention(source).Count == 0)
        {
            await timer.WaitForNextTickAsync(Cancellation);
        }

        // This one process, and without a word.
        using (var process = Process.GetProcessById(worker.ProcessId))
        {
            process.Kill();
        }

        while (RunningTools.ThatMention(source).Count > 0)
        {
            // As the next worker does, if this one was killed in the middle of a tool's start.
            SandboxOrphans.End();
            await timer.WaitForNextTickAsync(Cancellation);
        }
    }

    private static ToolProcess Start(string job, string sandbox = "auto") =>
        ToolProcess.Start(
            OurProgram.Command(["work", job], Surroundings.With(Sandbox.Variable, sandbox)),
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );

    private async Task<string> JobAsync(string source, string destination)
    {
        var file = Path.Combine(media.NewFolder(), "job.json");
        var document = new JsonObject { ["source"] = source, ["destination"] = destination };
        await File.WriteAllTextAsync(file, document.ToJsonString(), Cancellation);
        return file;
    }

    private static async Task ReadUntilEncodingAsync(StreamReader reader)
    {
        while (
            await reader.ReadLineAsync(Cancellation) is { } line
            && (string?)JsonNode.Parse(line)?["progress"]?["phase"] != "encode"
        ) { }
    }
}
