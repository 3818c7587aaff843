using System.Diagnostics;

namespace Laddermill.Tests.Processes;

/// <summary>Processes that should not be there any more.</summary>
internal static class RunningTools
{
    /// <summary>Command lines of ffmpeg and ffprobe that contain this text.</summary>
    public static List<string> ThatMention(string text) =>
        [
            .. Process
                .GetProcessesByName("ffmpeg")
                .Concat(Process.GetProcessesByName("ffprobe"))
                .Select(process => $"/proc/{process.Id}/cmdline")
                .Where(file =>
                    File.Exists(file)
                    && File.ReadAllText(file).Contains(text, StringComparison.Ordinal)
                ),
        ];
}
