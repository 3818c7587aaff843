using System.Globalization;
using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>
/// Reads all packets of all streams, without decoding them, to know when the last of them ends: a file that breaks off still claims its whole length.
/// </summary>
public sealed class EndScanner(TimeProvider clock)
{
    /// <returns>Seconds, in the source's own time; null when no packet says.</returns>
    /// <exception cref="RejectedException"><c>limit-probe-time</c>.</exception>
    /// <exception cref="ToolFailedException">The source could not be read to its end; trying again may help.</exception>
    public Task<double?> ReadAsync(MediaInput input, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(
            clock,
            input.Limits.ScanSeconds,
            token => ReadPacketsAsync(input, token),
            () =>
                throw new RejectedException(
                    RejectionCode.LimitProbeTime,
                    $"The end of '{input.Name}' could not be found within {input.Limits.ScanSeconds} s."
                ),
            cancellationToken
        );

    private async Task<double?> ReadPacketsAsync(
        MediaInput input,
        CancellationToken cancellationToken
    )
    {
        var command = FfprobeCommand.For(
            input,
            [
                "-show_entries",
                "packet=pts_time,dts_time,duration_time",
                "-print_format",
                "csv=print_section=0",
            ]
        );
        await using var tool = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            clock,
            cancellationToken
        );
        using var reader = new StreamReader(tool.StandardOutput);
        double? end = null;
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            end = Later(end, line);
        }
        await tool.EnsureSuccessAsync($"Could not read '{input.Name}' to its end.")
            .ConfigureAwait(false);
        return end;
    }

    /// <param name="line"><c>pts,dts,duration</c> in seconds, or <c>N/A</c>; anything else is passed over.</param>
    internal static double? Later(double? end, ReadOnlySpan<char> line)
    {
        Span<Range> fields = stackalloc Range[4];
        if (line.Split(fields, ',') < 3)
        {
            return end;
        }
        var time = Number(line[fields[0]]) ?? Number(line[fields[1]]);
        var here = time + (Number(line[fields[2]]) ?? 0);
        return here > end || end is null ? here ?? end : end;
    }

    private static double? Number(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;
}
