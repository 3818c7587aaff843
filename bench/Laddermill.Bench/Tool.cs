using System.Diagnostics;
using System.Globalization;

namespace Laddermill.Bench;

/// <summary>Runs tools whose answer matters, not what they take.</summary>
internal static class Tool
{
    /// <returns>What it wrote to its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message ends with its own last words.</exception>
    public static async Task<string> ReadAsync(
        IReadOnlyList<string> command,
        CancellationToken cancellation
    )
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command.Skip(1))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        await using var ending = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"{string.Join(' ', command)} failed:\n{await errors}"
            );
    }

    public static async Task<double> NumberAsync(
        IReadOnlyList<string> command,
        CancellationToken cancellation
    ) =>
        double.Parse(
            (await ReadAsync(command, cancellation)).Trim().TrimEnd(','),
            CultureInfo.InvariantCulture
        );
}
