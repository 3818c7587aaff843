using System.Collections.Immutable;
using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>The command line of ffprobe, which is the same for all questions about an input.</summary>
internal static class FfprobeCommand
{
    /// <param name="questions">What to show, of which streams, in which form.</param>
    public static ToolCommand For(MediaInput input, ImmutableArray<string> questions) =>
        new(
            "ffprobe",
            [
                "-hide_banner",
                // A codec that cannot be opened is only a warning, and the one line that explains why ffprobe gave up.
                "-v",
                "warning",
                .. input.Options,
                .. questions,
                "-i",
                input.Address,
            ]
        )
        {
            Package = "ffmpeg",
            Confinement = input.Confine(),
        };
}
