using Laddermill.Media;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>Tells a source that cannot be decoded from a machine that is in trouble: only the latter is worth another try.</summary>
internal static class UndecodableSource
{
    /// <summary>ffmpeg's own exit codes for "this did not work" and "too many errors"; signals and the shell's codes are others.</summary>
    private static readonly int[] OwnExitCodes = [1, 69];

    /// <summary>What a machine says that has run out of something.</summary>
    private static readonly string[] MachineTrouble =
    [
        "Cannot allocate memory",
        "No space left on device",
        "Resource temporarily unavailable",
        "Too many open files",
        "Unknown encoder",
        "Permission denied",
        "Broken pipe",
        "Input/output error",
    ];

    /// <summary>What ffmpeg says when it gives up, whatever the reason.</summary>
    private static readonly string[] LastWords =
    [
        "Error marking filters as finished",
        "Conversion failed!",
        "Error while processing the decoded data",
        "Error initializing output stream",
    ];

    /// <summary>A tool that reads what we made, and not the source, tells nothing about the source.</summary>
    public static bool IsCauseOf(ToolFailedException failure, MediaInput input) =>
        failure.Breach is null
        && OwnExitCodes.Contains(failure.ExitCode)
        && failure.Command.Arguments.Contains(input.Address)
        && !failure.ErrorTail.Any(line =>
            MachineTrouble.Any(word => line.Contains(word, StringComparison.Ordinal))
        );

    public static RejectedException Rejection(ToolFailedException failure, string source) =>
        new(
            RejectionCode.Undecodable,
            $"The source {source} cannot be decoded; it is damaged, or coded in a way that ffmpeg does not know. ffmpeg said: {Reason(failure)?.Trim()}"
        );

    private static string? Reason(ToolFailedException failure) =>
        failure.ErrorTail.LastOrDefault(line =>
            !LastWords.Any(words => line.StartsWith(words, StringComparison.Ordinal))
        ) ?? failure.ErrorTail.LastOrDefault();
}
