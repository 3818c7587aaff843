using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Transcoding;

/// <summary>
/// Keeps the sound from running far ahead of the pictures. It is made so fast that all of a long film's sound would be made beside the first pictures, and
/// viewers, who need both, would wait for it. Safe for several encoders at once.
/// </summary>
/// <param name="sound">Names of all sound renditions.</param>
internal sealed class SoundLead(IEnumerable<string> sound)
{
    /// <summary>Seconds of film: two of the longest segments, so that no segment of pictures that is complete waits for its sound.</summary>
    public const double Most = 30;

    private readonly Lock gate = new();
    private readonly Dictionary<string, double> reached = sound.ToDictionary(
        name => name,
        _ => 0.0,
        StringComparer.Ordinal
    );
    private double pictures;
    private TaskCompletionSource moved = NewSource();

    /// <summary>So many more seconds of pictures are there, wherever in the film: several ranges are made at once, and out of order.</summary>
    public void Advance(double seconds)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            pictures += seconds;
            (waiting, moved) = (moved, NewSource());
        }
        waiting.SetResult();
    }

    /// <summary>Nobody waits for pictures any more.</summary>
    public void Release() => Advance(double.PositiveInfinity);

    /// <summary>
    /// A sound rendition has come to <paramref name="seconds"/> of the film; waits while that is too far ahead. Only when all of them are: one decoder
    /// serves many, and one that has a hole there, or whose turn is later, gets what it needs only when the others go on.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    public async ValueTask WaitAsync(
        string rendition,
        double seconds,
        CancellationToken cancellation
    )
    {
        while (Held(rendition, seconds) is { } change)
        {
            await change.WaitAsync(cancellation);
        }
    }

    /// <summary>
    /// Seconds that a decoder may be made to wait in all, as long as the pictures may take: each range may be tried twice. It must not be taken
    /// for a tool that hangs.
    /// </summary>
    public static double LongestWait(Plan plan, SourceLimits limits) =>
        2
        * plan.Ranges.Sum(range =>
            limits.ForRun(RangeEncoder.FilmOf(plan, range)).Wall!.Value.TotalSeconds
        );

    /// <returns>What to wait for before looking again; null to go on.</returns>
    private Task? Held(string rendition, double seconds)
    {
        lock (gate)
        {
            reached[rendition] = seconds;
            return reached.Values.Min() < pictures + Most ? null : moved.Task;
        }
    }

    private static TaskCompletionSource NewSource() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
