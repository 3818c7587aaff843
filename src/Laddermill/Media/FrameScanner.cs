using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>Reads all packets of a video stream, without decoding them, to know exactly when its frames are shown.</summary>
public sealed class FrameScanner(TimeProvider clock)
{
    /// <returns>Null when the stream has no frame that is shown.</returns>
    /// <exception cref="RejectedException"><c>limit-frames</c>, <c>limit-probe-time</c>.</exception>
    /// <exception cref="ToolFailedException">The source could not be read to its end; trying again may help.</exception>
    public Task<FrameScan?> ReadAsync(
        MediaInput input,
        MediaInfo info,
        VideoStream stream,
        CancellationToken cancellationToken
    ) =>
        TimeLimit.RunAsync(
            clock,
            input.Limits.ScanSeconds,
            token => ReadPacketsAsync(input, info, stream, token),
            () =>
                throw new RejectedException(
                    RejectionCode.LimitProbeTime,
                    $"The frames of '{input.Name}' could not be counted within {input.Limits.ScanSeconds} s."
                ),
            cancellationToken
        );

    private async Task<FrameScan?> ReadPacketsAsync(
        MediaInput input,
        MediaInfo info,
        VideoStream stream,
        CancellationToken cancellationToken
    )
    {
        var command = FfprobeCommand.For(
            input,
            [
                "-select_streams",
                $"{stream.Index}",
                "-show_entries",
                "packet=pts,dts,duration,size,flags",
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
        var packets = new PacketTimes(stream, HasClock(info));
        using var reader = new StreamReader(tool.StandardOutput);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            packets.Add(line);
            if (packets.Count > input.Limits.Frames)
            {
                throw input.Limits.TooManyFrames(input.Name);
            }
        }
        var failure = $"Could not read '{input.Name}' to its end to count its frames.";
        var exit = await tool.EnsureSuccessAsync(failure).ConfigureAwait(false);
        // ffprobe takes a broken connection for the end of the file, and says so in its log only.
        return exit.ErrorTail.Any(line =>
            line.Contains("ends prematurely", StringComparison.Ordinal)
        )
            ? throw new ToolFailedException(failure, command, exit)
            : packets.ToScan();
    }

    /// <summary>Containers whose time stamps come from a clock that broadcasters reset and splice.</summary>
    private static bool HasClock(MediaInfo info) => info.Container is "mpegts" or "mpeg";
}
