using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Processes;
using Laddermill.Tests.Processes;

namespace Laddermill.Tests.Transcoding;

/// <summary>How a worker ended.</summary>
/// <param name="Result">The last line that it wrote.</param>
/// <param name="PeakMemory">Bytes that were resident at most, of the worker alone; 0 when it ended too soon.</param>
internal sealed record Worked(JsonNode Result, TimeSpan Time, long PeakMemory)
{
    public string Revision => (string)Result["revision"]!;
}

/// <summary>The program itself doing one job as a process of its own, with the small profile of the tests.</summary>
internal static class Worker
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string Document(string source, string destination) =>
        new JsonObject
        {
            ["source"] = source,
            ["destination"] = destination,
            ["profile"] = JsonNode.Parse(Published.SmallProfile),
        }.ToJsonString();

    /// <summary>Runs a job to its good end.</summary>
    /// <param name="look">Called with each line of progress while the worker runs, and with its process id.</param>
    public static async Task<Worked> RunAsync(
        string document,
        ToolEnvironment environment,
        Action<string, int>? look = null
    )
    {
        var begun = TimeProvider.System.GetTimestamp();
        await using var worker = Start(document, environment);
        using var lines = new StreamReader(worker.StandardOutput);
        var (last, peak) = ("", 0L);
        while (await lines.ReadLineAsync(Cancellation) is { } line)
        {
            last = line;
            peak = Math.Max(peak, OurProgram.PeakMemory(worker.ProcessId));
            look?.Invoke(line, worker.ProcessId);
        }
        await worker.EnsureSuccessAsync("The worker failed.");
        return new Worked(
            JsonNode.Parse(last)!["result"]!,
            TimeProvider.System.GetElapsedTime(begun),
            peak
        );
    }

    /// <summary>Runs a job and kills it at this moment, unless it is over by then.</summary>
    public static async Task KillAsync(
        string document,
        ToolEnvironment environment,
        TimeSpan moment
    )
    {
        await using var worker = Start(document, environment);
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

    private static ToolProcess Start(string document, ToolEnvironment environment) =>
        ToolProcess.Start(
            OurProgram.Command(["work", "-"], environment) with
            {
                Input = [Encoding.UTF8.GetBytes(document)],
            },
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
}
