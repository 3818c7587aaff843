using System.Diagnostics;
using System.Globalization;

namespace Laddermill.Bench;

/// <summary>Runs a shape once and measures it. perf counts what all its descendants use, also those whose parents do not wait for them.</summary>
internal static class Meter
{
    public static async Task<Usage> RunAsync(
        Shape shape,
        Clip clip,
        string scripts,
        string destination,
        CancellationToken cancellation
    )
    {
        var counts = destination + ".perf";
        var start = new ProcessStartInfo(
            "perf",
            [
                "stat",
                "-x,",
                "-e",
                "duration_time,task-clock,instructions:u",
                "-o",
                counts,
                "--",
                Path.Combine(scripts, shape.Script),
                clip.Path,
                destination,
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in shape.Environment)
        {
            start.Environment[name] = value;
        }
        var begun = TimeProvider.System.GetTimestamp();
        using var process = Process.Start(start)!;
        await using var ending = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var said = Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(cancellation),
            process.StandardError.ReadToEndAsync(cancellation)
        );
        var (memory, playable) = await WatchAsync(process, shape, destination, begun, cancellation);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{shape.Name} failed with {clip.Name}:\n{string.Concat(await said)}"
            );
        }
        var lines = await File.ReadAllLinesAsync(counts, cancellation);
        File.Delete(counts);
        var wall = Count(lines, "duration_time")!.Value / 1e9;
        return new Usage(
            wall,
            Count(lines, "task-clock")!.Value / 1e3,
            Count(lines, "instructions"),
            memory,
            playable ?? wall
        );
    }

    private static async Task<(long Memory, double? Playable)> WatchAsync(
        Process process,
        Shape shape,
        string destination,
        long begun,
        CancellationToken cancellation
    )
    {
        var (memory, playable, look) = (0L, (double?)null, 0);
        while (!process.HasExited)
        {
            if (
                playable is null
                && shape.Playable is { } pattern
                && Shape.Find(destination, pattern).Any()
            )
            {
                playable = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
            }
            if (look++ % 5 == 0)
            {
                memory = Math.Max(memory, ProcessTree.ResidentBytes(process.Id));
            }
            using var pause = new CancellationTokenSource(100);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(
                pause.Token,
                cancellation
            );
            await process
                .WaitForExitAsync(either.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
        return (memory, playable);
    }

    /// <summary>Lines of <c>perf stat -x,</c>: the value, the unit, the event.</summary>
    private static double? Count(IEnumerable<string> lines, string name) =>
        lines
            .Select(line => line.Split(','))
            .Where(fields =>
                fields.Length > 2 && fields[2].StartsWith(name, StringComparison.Ordinal)
            )
            .Select(fields =>
                double.TryParse(fields[0], CultureInfo.InvariantCulture, out var value)
                    ? value
                    : (double?)null
            )
            .FirstOrDefault();
}
