using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>One picture of the film, as PNG.</summary>
internal static class Thumbnail
{
    /// <summary>A PNG of the largest box is far smaller.</summary>
    private const int MaximumBytes = 64 << 20;

    /// <returns>Null when no picture can be decoded: no reason to withhold the film.</returns>
    public static async Task<byte[]?> MakeAsync(
        MediaInput input,
        Plan plan,
        CancellationToken cancellation
    ) =>
        await TryAsync(input, plan, isFirst: false, cancellation)
        // Behind the planned time there may be no frame, in stills and clips of a few frames, or no key frame.
        ?? await TryAsync(input, plan, isFirst: true, cancellation);

    private static async Task<byte[]?> TryAsync(
        MediaInput input,
        Plan plan,
        bool isFirst,
        CancellationToken cancellation
    )
    {
        var command = new ToolCommand(
            "ffmpeg",
            [.. EncodeArguments.ForThumbnail(input, plan, isFirst)]
        )
        {
            Package = "ffmpeg",
            Confinement = input.Confine(plan.Duration),
        };
        await using var process = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            cancellationToken: cancellation
        );
        using var png = new MemoryStream();
        var buffer = new byte[81920];
        int read;
        while ((read = await process.StandardOutput.ReadAsync(buffer, cancellation)) > 0)
        {
            if (png.Length + read > MaximumBytes)
            {
                process.Kill();
                break;
            }
            png.Write(buffer, 0, read);
        }
        var exit = await process.Completion;
        cancellation.ThrowIfCancellationRequested();
        return exit.IsSuccess && png.Length > 0 ? png.ToArray() : null;
    }
}
