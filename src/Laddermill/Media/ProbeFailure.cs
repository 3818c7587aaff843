using System.Text.RegularExpressions;
using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>Why ffprobe could not open a source: because of what the source is, or because of what lies between.</summary>
internal static partial class ProbeFailure
{
    /// <summary>Demuxers that open what their input names.</summary>
    private static readonly HashSet<string> Playlists =
    [
        .. "hls dash concat sdp imf rtsp rtp webm_dash_manifest image2 image2pipe ffmetadata".Split(
            ' '
        ),
    ];

    public static Exception Explain(
        MediaInput input,
        ToolCommand command,
        ToolExit exit,
        ReadOnlyMemory<byte> answer
    )
    {
        var name = input.Name;
        var errors = string.Join('\n', exit.ErrorTail);
        if (RefusedFormat().Match(errors) is { Success: true } format)
        {
            return Playlists.Contains(format.Groups[1].Value)
                ? new RejectedException(
                    RejectionCode.HostilePlaylist,
                    $"'{name}' is no media file but a list that names other files or addresses ({format.Groups[1].Value})."
                )
                : new RejectedException(
                    RejectionCode.UnsupportedContainer,
                    $"'{name}' is in a format that is not accepted ({format.Groups[1].Value})."
                );
        }
        if (UnopenedCodec().Match(errors) is { Success: true } codec)
        {
            return new RejectedException(
                RejectionCode.UnsupportedCodec,
                $"Stream {codec.Groups[1].Value} of '{name}' has a codec that ffmpeg cannot decode."
            );
        }
        if (errors.Contains("exceeds max_streams", StringComparison.Ordinal))
        {
            return new RejectedException(
                RejectionCode.LimitStreams,
                $"'{name}' has more than {input.Limits.Streams} streams; no more are accepted here."
            );
        }
        // ffprobe says "Cannot allocate memory" of too many streams too.
        if (OverLimit.Rejection(exit.Breach, name) is { } rejection)
        {
            return rejection;
        }
        if (errors.Contains("moov atom not found", StringComparison.Ordinal))
        {
            return new RejectedException(
                RejectionCode.NotMedia,
                $"'{name}' has no index (moov): it is no MP4 file, or the end of it is missing."
            );
        }
        return IsAboutReading(answer, name) || exit.ExitCode is 137 or 143
            ? new ToolFailedException($"Could not read '{name}' to see what it is.", command, exit)
            : FfprobeReader.NotMedia(name);
    }

    /// <summary>
    /// ffmpeg's error codes for what storage and network do (negative errno, and the http codes of libavutil/error.h); all others are
    /// about content.
    /// </summary>
    private static bool IsAboutReading(ReadOnlyMemory<byte> answer, string name)
    {
        if (answer.IsEmpty)
        {
            return false;
        }
        using var document = FfprobeReader.Parse(answer, name);
        return document.RootElement.Member("error")?.Long("code")
            is -2 // ENOENT
                or -4 // EINTR
                or -5 // EIO
                or -12 // ENOMEM
                or -13 // EACCES
                or -24 // EMFILE
                or -32 // EPIPE
                or -104 // ECONNRESET
                or -110 // ETIMEDOUT
                or -111 // ECONNREFUSED
                or -808465656 // 400
                or -825242872 // 401
                or -858797304 // 403
                or -875574520 // 404
                or -1482175736 // other 4xx
                or -1482175992; // 5xx
    }

    [GeneratedRegex(@"\[([a-z0-9_,]+) @ [^]]*\] Format not on whitelist")]
    private static partial Regex RefusedFormat();

    [GeneratedRegex("Could not open codec for input stream ([0-9]+)")]
    private static partial Regex UnopenedCodec();
}
