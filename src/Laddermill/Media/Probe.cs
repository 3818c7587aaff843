using System.Collections.Immutable;
using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>Asks ffprobe what a source is: its streams, then the first frames of its picture.</summary>
public sealed class Probe(TimeProvider clock)
{
    /// <summary>
    /// Frames that are decoded. Broadcasts carry captions in every frame, and HDR metadata comes with the first key frame; a few more
    /// allow for streams that begin with frames that cannot be decoded.
    /// </summary>
    private const int FirstFrames = 8;

    /// <summary>A description longer than this is made to do harm (thousands of tags); real ones have some ten kilobytes.</summary>
    private const int LongestAnswer = 8 * 1024 * 1024;

    /// <exception cref="RejectedException">
    /// <c>limit-size</c>, <c>limit-pixels</c>, <c>empty</c>, <c>not-media</c>, <c>no-media-streams</c>, <c>hostile-playlist</c>, <c>unsupported-container</c>,
    /// <c>unsupported-codec</c>, <c>limit-streams</c>, <c>limit-metadata</c>, <c>limit-probe-time</c>.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ToolFailedException">The source could not be read; trying again may help.</exception>
    public async Task<MediaInfo> ReadAsync(MediaInput input, CancellationToken cancellationToken)
    {
        var info = await ReadStreamsAsync(input, cancellationToken).ConfigureAwait(false);
        return await AddFirstFramesAsync(input, info, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the container and the streams' headers say, before any picture is decoded.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<MediaInfo> ReadStreamsAsync(
        MediaInput input,
        CancellationToken cancellationToken
    )
    {
        await RefuseByFirstBytesAsync(input, cancellationToken).ConfigureAwait(false);
        var (exit, json, command) = await RunAsync(
                input,
                ["-show_error", "-show_format", "-show_streams"],
                cancellationToken
            )
            .ConfigureAwait(false);
        if (!exit.IsSuccess)
        {
            throw ProbeFailure.Explain(input, command, exit, json);
        }
        var info = FfprobeReader.Read(json, input.Name);
        if (input.Limits.Refusal(info, input.Name) is { } refusal)
        {
            throw refusal;
        }
        return info;
    }

    /// <returns>The facts with what the first frames of the picture tell; as they were when there is no picture, or none that can be decoded.</returns>
    /// <exception cref="RejectedException"><c>limit-metadata</c>, <c>limit-probe-time</c>.</exception>
    public async Task<MediaInfo> AddFirstFramesAsync(
        MediaInput input,
        MediaInfo info,
        CancellationToken cancellationToken
    )
    {
        if (info.MainVideo is not { Index: var index })
        {
            return info;
        }
        var (exit, json, _) = await RunAsync(
                input,
                [
                    "-select_streams",
                    $"{index}",
                    "-read_intervals",
                    $"%+#{FirstFrames}",
                    "-show_packets",
                    "-show_frames",
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        // A picture that cannot be decoded is still a fact about the source; who decodes all of it will say so better.
        return exit.IsSuccess ? FirstFramesReader.Add(info, index, json, input.Name) : info;
    }

    private Task<(ToolExit Exit, ReadOnlyMemory<byte> Json, ToolCommand Command)> RunAsync(
        MediaInput input,
        ImmutableArray<string> questions,
        CancellationToken cancellationToken
    )
    {
        var command = FfprobeCommand.For(input, [.. questions, "-print_format", "json=compact=1"]);
        return TimeLimit.RunAsync(
            clock,
            input.Limits.ProbeSeconds,
            AskAsync,
            () =>
                throw new RejectedException(
                    RejectionCode.LimitProbeTime,
                    $"'{input.Name}' did not tell what it is within {input.Limits.ProbeSeconds} s."
                ),
            cancellationToken
        );

        async Task<(ToolExit, ReadOnlyMemory<byte>, ToolCommand)> AskAsync(CancellationToken token)
        {
            await using var tool = ToolProcess.Start(command, ToolOutput.Captured, clock, token);
            var json = await ReadAnswerAsync(tool, input.Name, token).ConfigureAwait(false);
            var exit = await tool.Completion.ConfigureAwait(false);
            token.ThrowIfCancellationRequested();
            return (exit, json, command);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAnswerAsync(
        ToolProcess tool,
        string name,
        CancellationToken cancellationToken
    )
    {
        using var answer = new MemoryStream();
        var buffer = new byte[32 * 1024];
        int count;
        while (
            (
                count = await tool
                    .StandardOutput.ReadAsync(buffer, cancellationToken)
                    .ConfigureAwait(false)
            ) > 0
        )
        {
            if (answer.Length + count > LongestAnswer)
            {
                throw new RejectedException(
                    RejectionCode.LimitMetadata,
                    $"'{name}' has more than {LongestAnswer >> 20} MiB of descriptions and tags."
                );
            }
            answer.Write(buffer, 0, count);
        }
        return answer.GetBuffer().AsMemory(0, (int)answer.Length);
    }

    /// <summary>Nothing is started for a file that its size or its first bytes condemn.</summary>
    private static async Task RefuseByFirstBytesAsync(
        MediaInput input,
        CancellationToken cancellationToken
    )
    {
        var head =
            input.Head
            ?? (
                input.Address.StartsWith("file:", StringComparison.Ordinal)
                    ? await ReadHeadAsync(input.Address["file:".Length..], cancellationToken)
                        .ConfigureAwait(false)
                    : null
            );
        if (head is null)
        {
            return;
        }
        if (head.Size == 0)
        {
            throw new RejectedException(RejectionCode.Empty, $"'{input.Name}' is empty: 0 bytes.");
        }
        if (head.Size > input.Limits.Bytes)
        {
            throw input.Limits.TooManyBytes(input.Name, head.Size);
        }
        if (ContentSniffer.Refusal(head.Bytes.Span, input.Name, input.Limits) is { } refusal)
        {
            throw refusal;
        }
    }

    private static async Task<SourceHead> ReadHeadAsync(
        string path,
        CancellationToken cancellationToken
    )
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"There is no file '{file.FullName}'.", file.FullName);
        }
        var head = new byte[ContentSniffer.Length];
        await using var stream = file.OpenRead();
        var count = await stream
            .ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return new SourceHead(file.Length, head.AsMemory(0, count));
    }
}
