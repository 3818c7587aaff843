using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Laddermill.Processes;
using Laddermill.Tests.Processes;

namespace Laddermill.Tests.Corpus;

/// <summary>How <c>laddermill transcode</c> of one file ended, as a user sees it from outside.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Sentence">Why it was refused or failed.</param>
/// <param name="PeakMemory">Of the worker itself, in bytes, without its tools.</param>
/// <param name="Left">Files and processes that it should have taken with it.</param>
internal sealed record CorpusRun(
    int Code,
    string Sentence,
    ImmutableArray<string> Warnings,
    TimeSpan Time,
    long PeakMemory,
    ImmutableArray<string> Left
)
{
    /// <summary>Far more than any of these short files needs with a small ladder: who takes longer hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>The code in <c>(…)</c> of "the source was rejected (…): sentence"; null when it was not.</summary>
    public string? Refusal => Code == 3 ? Sentence.Split('(', 2)[1].Split(')')[0] : null;

    /// <param name="scratch">An empty folder, for temporary files.</param>
    public static async Task<CorpusRun> RunAsync(
        string source,
        string destination,
        string profile,
        string scratch,
        CancellationToken cancellation
    )
    {
        var begun = TimeProvider.System.GetTimestamp();
        var command = OurProgram.Command(
            [
                "transcode",
                source,
                destination,
                "--profile",
                profile,
                .. "--segments ts --json --progress none".Split(' '),
            ],
            ToolEnvironment.Inherited.With("TMPDIR", scratch)
        );
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            patience.Token,
            cancellation
        );
        await using var worker = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            cancellationToken: either.Token
        );
        var memory = WatchMemoryAsync(worker, either.Token);
        using var reader = new StreamReader(worker.StandardOutput);
        var output = await reader.ReadToEndAsync(either.Token);
        var exit = await worker.Completion;
        cancellation.ThrowIfCancellationRequested();
        return new CorpusRun(
            patience.IsCancellationRequested ? -1 : exit.ExitCode,
            exit.ErrorTail.LastOrDefault(line =>
                line.StartsWith("laddermill: ", StringComparison.Ordinal)
            ) ?? "",
            exit.ExitCode == 0
                ?
                [
                    .. JsonNode.Parse(output)!["warnings"]!
                        .AsArray()
                        .Select(warning => (string)warning!),
                ]
                : [],
            TimeProvider.System.GetElapsedTime(begun),
            await memory,
            [
                .. Directory.EnumerateFileSystemEntries(scratch),
                .. exit.ExitCode == 0
                    ? []
                    : Directory
                        .EnumerateFiles(destination, "*", SearchOption.AllDirectories)
                        .Where(file =>
                            !file.Contains("/.laddermill/jobs/", StringComparison.Ordinal)
                        ),
                .. RunningTools.ThatMention(source),
            ]
        );
    }

    private static async Task<long> WatchMemoryAsync(
        ToolProcess worker,
        CancellationToken cancellation
    )
    {
        var peak = 0L;
        while (!worker.Completion.IsCompleted)
        {
            peak = Math.Max(peak, OurProgram.PeakMemory(worker.ProcessId));
            await Task.WhenAny(
                worker.Completion,
                Task.Delay(Glance, TimeProvider.System, cancellation)
            );
        }
        return peak;
    }
}
