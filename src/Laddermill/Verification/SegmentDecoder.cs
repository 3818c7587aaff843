using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Processes;

namespace Laddermill.Verification;

/// <summary>What is decoded without anything else.</summary>
/// <param name="Where">For people.</param>
/// <param name="Format">As ffmpeg's <c>-f</c> has it.</param>
/// <param name="Stream">The one to decode, as ffmpeg's <c>-map</c> has it.</param>
/// <param name="Media">Part after part.</param>
/// <param name="Frames">How many it has; null: at least one.</param>
internal sealed record DecodedPiece(
    string Where,
    string Format,
    string Stream,
    ImmutableArray<ReadOnlyMemory<byte>> Media,
    long? Frames
)
{
    /// <summary>The rest of its mdat is not there, which ffmpeg calls an error: only the pictures count.</summary>
    public bool IsCut { get; init; }
}

/// <summary>
/// One ffmpeg for several pieces, each an input with a decoder of its own: starting ffmpeg takes longer than decoding a short segment.
/// </summary>
internal static class SegmentDecoder
{
    /// <returns>For each piece what is wrong, or null. What ffmpeg complains of is said of all, for it does not tell of which.</returns>
    public static async Task<ImmutableArray<string?>> DecodeAsync(
        IReadOnlyList<DecodedPiece> pieces,
        CancellationToken cancellation
    )
    {
        using var inputs = new ToolInputs(pieces.Count);
        var command = new ToolCommand("ffmpeg", [.. Arguments(pieces, [.. inputs.Numbers])])
        {
            Confinement = Confinement.Pipes with { Inputs = inputs },
        };
        await using var ffmpeg = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            cancellationToken: cancellation
        );
        var feeding = pieces
            .Select((piece, index) => FeedAsync(piece, inputs.Open(index), cancellation))
            .ToList();
        var frames = await CountAsync(ffmpeg.StandardOutput, pieces.Count, cancellation)
            .ConfigureAwait(false);
        var exit = await ffmpeg.Completion.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        await Task.WhenAll(feeding).ConfigureAwait(false);
        var complaint = exit switch
        {
            { ErrorTail: [var first, ..] } => first,
            { IsSuccess: false } => string.Create(
                CultureInfo.InvariantCulture,
                $"ffmpeg ended with {exit.ExitCode}"
            ),
            _ => null,
        };
        return [.. pieces.Select((piece, index) => Fault(piece, frames[index], complaint))];
    }

    private static string? Fault(DecodedPiece piece, int frames, string? complaint) =>
        piece switch
        {
            { IsCut: true } when frames == piece.Frames => null,
            { IsCut: true } => $"{frames} pictures decoded",
            _ when complaint is not null => complaint,
            { Frames: { } expected } when frames != expected =>
                $"{frames} frames decoded, it has {expected}",
            { Frames: null } when frames == 0 => "no frames decoded",
            _ => null,
        };

    private static IEnumerable<string> Arguments(
        IReadOnlyList<DecodedPiece> pieces,
        IReadOnlyList<string> numbers
    ) =>
        [
            "-nostdin",
            "-v",
            "error",
            .. pieces.SelectMany(
                IEnumerable<string> (piece, index) =>
                    ["-threads", "1", "-f", piece.Format, "-i", $"pipe:{numbers[index]}"]
            ),
            .. pieces.SelectMany(
                IEnumerable<string> (piece, index) =>
                    ["-map", string.Create(CultureInfo.InvariantCulture, $"{index}:{piece.Stream}")]
            ),
            // One line for each decoded frame, none repeated or dropped to keep a rate, none held back for another piece's.
            "-fps_mode",
            "passthrough",
            "-max_interleave_delta",
            "1",
            "-f",
            "framecrc",
            "pipe:1",
        ];

    private static async Task FeedAsync(
        DecodedPiece piece,
        Stream input,
        CancellationToken cancellation
    )
    {
        try
        {
            await using (input)
            {
                foreach (var part in piece.Media)
                {
                    await input.WriteAsync(part, cancellation).ConfigureAwait(false);
                }
            }
        }
        // ffmpeg has given up; it says why.
        catch (IOException) { }
    }

    private static async Task<int[]> CountAsync(
        Stream output,
        int pieces,
        CancellationToken cancellation
    )
    {
        var frames = new int[pieces];
        using var text = new StreamReader(output);
        while (await text.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (
                line.IndexOf(',') is > 0 and var end
                && int.TryParse(line.AsSpan(0, end), CultureInfo.InvariantCulture, out var piece)
            )
            {
                frames[piece]++;
            }
        }
        return frames;
    }
}
