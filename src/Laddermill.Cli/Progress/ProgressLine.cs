using Laddermill.Transcoding;

namespace Laddermill.Cli.Progress;

/// <summary>A snapshot in one plain line, for logs.</summary>
internal static class ProgressLine
{
    public static string Of(JobProgress progress)
    {
        if (progress.Renditions.IsEmpty)
        {
            return progress.Phase;
        }
        var parts = new List<string>
        {
            Words.Invariant($"{progress.Phase} {Math.Floor(progress.Fraction * 100)} %"),
            Words.Invariant(
                $"{progress.Fraction * progress.Duration:0.0} s of {progress.Duration:0.0} s"
            ),
            Words.Size(progress.Bytes),
        };
        if (progress.Speed is { } speed)
        {
            parts.Add(Words.Invariant($"speed {speed:0.00}x"));
        }
        if (progress.Remaining is { } remaining)
        {
            parts.Add($"{Words.Clock(remaining)} left");
        }
        if (progress.Playable is { } address)
        {
            parts.Add($"playable: {Words.Harmless(address)}");
        }
        return string.Join(", ", parts);
    }
}
