using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Packaging;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>Measures a rendition's loudness by EBU R128, just as it will be encoded: mixed, placed on the film's clock, and as long.</summary>
internal static partial class LoudnessMeter
{
    /// <param name="what">One sentence for people, should it fail.</param>
    /// <param name="target">What to bring it to.</param>
    /// <param name="feed">Writes all samples.</param>
    /// <exception cref="ToolFailedException">ffmpeg failed.</exception>
    public static async Task<Loudness> MeasureAsync(
        string what,
        AudioRendition rendition,
        LoudnessTarget target,
        Func<Stream, CancellationToken, Task> feed,
        CancellationToken cancellation
    )
    {
        using var sockets = new EncoderSockets(1);
        var command = new ToolCommand(
            "ffmpeg",
            [.. SoundArguments.ForMeasuring(rendition, sockets.Addresses[0])]
        )
        {
            Package = "ffmpeg",
            Confinement = new Confinement([], [sockets.Folder]),
        };
        await using var meter = ToolProcess.Start(command, cancellationToken: cancellation);
        try
        {
            await using var stream =
                await sockets.AcceptAsync(0, meter, cancellation)
                ?? throw new IOException("ffmpeg ended before it read any sound.");
            await feed(stream, cancellation);
        }
        catch (IOException)
        {
            // A meter that is gone is seen as a broken pipe; why it is gone is the news.
            await meter.EnsureSuccessAsync(what);
            throw;
        }
        var exit = await meter.EnsureSuccessAsync(what);
        return Loudness.Towards(
            Last(exit.ErrorTail, Integrated()),
            Last(exit.ErrorTail, Peak()),
            target.Integrated,
            target.Peak
        );
    }

    /// <summary>The last number that the meter wrote; null for what is infinitely quiet.</summary>
    private static double? Last(ImmutableArray<string> lines, Regex pattern) =>
        lines.Select(line => pattern.Match(line)).LastOrDefault(match => match.Success) is { } found
        && double.TryParse(
            found.Groups[1].ValueSpan,
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var number
        )
        && double.IsFinite(number)
            ? number
            : null;

    [GeneratedRegex(@"^\s*I:\s+(\S+) LUFS")]
    private static partial Regex Integrated();

    [GeneratedRegex(@"^\s*Peak:\s+(\S+) dBFS")]
    private static partial Regex Peak();
}
