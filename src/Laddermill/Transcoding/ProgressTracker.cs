using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Laddermill.Transcoding;

/// <summary>How far one rendition is.</summary>
/// <param name="Seconds">Of the film that are encoded.</param>
public sealed record RenditionProgress(string Name, double Seconds, long Bytes);

/// <summary>How far a job is. A snapshot: the next one replaces it.</summary>
/// <param name="Phase"><c>probe</c>, <c>scan</c> where it must be, <c>plan</c>, <c>sample</c> where they are tried, <c>encode</c>, <c>verify</c>, <c>publish</c>.</param>
/// <param name="Duration">Seconds of the film; 0 while unknown.</param>
/// <param name="Elapsed">Seconds since the job started.</param>
/// <param name="Speed">Seconds of film for each second of encoding, of the slowest rendition; null until it has begun.</param>
/// <param name="Remaining">Seconds that encoding will still take at this speed; null while unknown.</param>
public sealed record JobProgress(
    string Phase,
    double Duration,
    double Elapsed,
    double? Speed,
    double? Remaining,
    ImmutableArray<RenditionProgress> Renditions
)
{
    /// <summary>Address of the multivariant playlist once viewers can open it; null before.</summary>
    public string? Playable { get; init; }

    /// <summary>0 to 1: the part of the film that all renditions have reached, on average.</summary>
    public double Fraction =>
        Duration > 0 && Renditions.Length > 0
            ? Math.Min(
                1,
                Renditions.Average(rendition => Math.Min(rendition.Seconds, Duration)) / Duration
            )
            : 0;

    [JsonIgnore]
    public long Bytes => Renditions.Sum(rendition => rendition.Bytes);
}

/// <summary>Counts what encoders deliver and tells whoever listens. Safe for several encoders at once.</summary>
internal sealed class ProgressTracker(TimeProvider clock, IProgress<JobProgress>? listener)
{
    private readonly Lock gate = new();
    private readonly long started = clock.GetTimestamp();
    private readonly Dictionary<string, RenditionProgress> renditions = new(StringComparer.Ordinal);
    private ImmutableArray<string> order = [];
    private string phase = "probe";
    private double duration;
    private readonly Dictionary<string, double> adopted = new(StringComparer.Ordinal);
    private long encodingSince;
    private string? playable;

    public void Enter(string nextPhase) => Change(() => phase = nextPhase);

    /// <param name="address">Where viewers can open the film from now on.</param>
    public void Open(string address) => Change(() => playable = address);

    /// <summary>Seconds since the job started.</summary>
    public double Elapsed => clock.GetElapsedTime(started).TotalSeconds;

    /// <param name="names">The renditions to come, in the order to show them.</param>
    public void StartEncoding(double filmSeconds, ImmutableArray<string> names) =>
        Change(() =>
        {
            (phase, duration, order, encodingSince) = (
                "encode",
                filmSeconds,
                names,
                clock.GetTimestamp()
            );
            renditions.Clear();
            foreach (var name in names)
            {
                renditions[name] = new RenditionProgress(name, 0, 0);
            }
            adopted.Clear();
        });

    /// <summary>Work that was found done: it counts as reached, but not as speed.</summary>
    public void Adopt(string rendition, double seconds, long bytes) =>
        Change(() =>
        {
            Add(rendition, seconds, bytes);
            adopted[rendition] = adopted.GetValueOrDefault(rendition) + seconds;
        });

    public void Advance(string rendition, double seconds, long bytes) =>
        Change(() => Add(rendition, seconds, bytes));

    private void Add(string rendition, double seconds, long bytes)
    {
        var now = renditions[rendition];
        renditions[rendition] = now with
        {
            Seconds = Math.Min(duration, now.Seconds + seconds),
            Bytes = now.Bytes + bytes,
        };
    }

    private void Change(Action change)
    {
        JobProgress snapshot;
        lock (gate)
        {
            change();
            snapshot = Snapshot();
        }
        listener?.Report(snapshot);
    }

    private JobProgress Snapshot()
    {
        var encoding = phase == "encode" ? clock.GetElapsedTime(encodingSince).TotalSeconds : 0;
        // The slowest rendition decides when all are done; sound runs ahead of the picture.
        var slowest = renditions.Values.MinBy(rendition => rendition.Seconds);
        var made = slowest is null ? 0 : slowest.Seconds - adopted.GetValueOrDefault(slowest.Name);
        double? speed = encoding > 0 && made > 0 ? made / encoding : null;
        return new JobProgress(
            phase,
            duration,
            clock.GetElapsedTime(started).TotalSeconds,
            speed,
            (duration - slowest?.Seconds) / speed,
            [.. order.Select(name => renditions[name])]
        )
        {
            Playable = playable,
        };
    }
}
